// Plugins that make processes without end.

#include "tests/plugins/support.h"
#include "tests/support/comes_true.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace {

using aip::plugins::Isolation;
using aip::plugins::SlotSettings;
using aip::tests::comesTrue;
using aip::tests::isolated;
using aip::tests::SlotFixture;
using testing::AnyOf;
using namespace std::chrono_literals;

class Multiplying : public testing::TestWithParam<bool> {};

TEST_P(Multiplying, endsAProcessAndSaysWhy) {
    SlotSettings settings = isolated(Isolation::process);
    settings.process.limits.processes = 64;
    settings.process.confinement.hostView = GetParam();
    settings.process.backoffBase = 1ms;
    SlotFixture fixture("multiplies", settings);
    const std::string why =
        "its process was killed because it has more than 64 processes and threads (plugins.process_limit)";
    const std::string killed = "INTERNAL: plugin 'multiplies': " + why;
    EXPECT_EQ(fixture.run("now").text(), killed);
    EXPECT_THAT(fixture.run("later").text(), AnyOf(R"("done")", killed)) << "its processes may outrun its result";
    EXPECT_TRUE(comesTrue([&] { return fixture.slot->reason() == why; }));
    EXPECT_TRUE(fixture.slot->stop(30s));
}

#ifndef TEST_SANITIZED  // with which a process must not fork while it has threads
INSTANTIATE_TEST_SUITE_P(Plugin, Multiplying, testing::Bool(), [](const auto& each) {
    return std::string(each.param ? "InTheHostsNamespaces" : "InItsNamespaces");
});
#else
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Multiplying);
#endif

}  // namespace
