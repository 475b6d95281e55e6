// A plugin that writes to the link of its runner: what does not belong there ends its process.

#include "tests/plugins/support.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace {

using aip::plugins::Isolation;
using aip::tests::isolated;
using aip::tests::SlotFixture;
using aip::tests::TestCall;
using namespace std::chrono_literals;

class Forged : public testing::TestWithParam<const char*> {};

TEST_P(Forged, messagesEndTheProcessAndAnswerItsCallSoon) {
    aip::plugins::SlotSettings settings = isolated(Isolation::process);
    settings.process.backoffBase = 1ms;
    SlotFixture fixture("forges", settings);
    ASSERT_TRUE(fixture.slot->start());
    const auto measures = fixture.slot->measures();
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < 2; ++i) {
        const TestCall call = fixture.run(GetParam());
        EXPECT_THAT(call.text(), testing::StartsWith("INTERNAL: plugin 'forges': its process was killed because it "
                                                     "broke the protocol: a message that does not belong here"));
    }
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
    EXPECT_EQ(fixture.slot->measures(), measures);
}

INSTANTIATE_TEST_SUITE_P(Plugin, Forged, testing::Values("results", "missing", "confinement", "crashes"),
                         [](const auto& each) { return std::string(each.param); });

}  // namespace
