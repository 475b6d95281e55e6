// Whatever a plugin does, a stop has an end.

#include "tests/plugins/support.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>

namespace {

using aip::plugins::Isolation;
using aip::plugins::SlotState;
using aip::tests::isolated;
using aip::tests::SlotFixture;
using aip::tests::TestCall;
using namespace std::chrono_literals;

/// Stops the plugin within its limit and the time for killing.
void expectAQuickStop(SlotFixture& fixture) {
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_TRUE(fixture.slot->stop(200ms));
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 3'500ms);
    EXPECT_EQ(fixture.slot->state(), SlotState::stopped);
}

TEST(Stop, hasAnEndWhileAPluginFloodsTheAgentWithTools) {
    SlotFixture fixture("floods_tools", isolated(Isolation::process));
    ASSERT_TRUE(fixture.slot->start());
    std::atomic<int> changes{0};
    fixture.slot->onToolsChanged([&changes] { ++changes; });
    const TestCall call = fixture.run("echo");
    const auto begin = std::chrono::steady_clock::now();
    while (changes < 3 && std::chrono::steady_clock::now() - begin < 30s) {
        std::this_thread::yield();
    }
    EXPECT_EQ(fixture.slot->dynamicTools().size(), 700U);
    EXPECT_LE(changes, 3 + (std::chrono::steady_clock::now() - begin) / 500ms);
    expectAQuickStop(fixture);
    EXPECT_EQ(call.text(), "CANCELLED: the plugin is stopped");
}

TEST(Stop, isTheFateOfAProcessWhoseResultIsNotInMemory) {
    for (const std::string tool : {"memory", "too_large"}) {
        SlotFixture fixture("lingers", isolated(Isolation::process));
        EXPECT_NE(fixture.run(tool).text().find("it broke the protocol"), std::string::npos) << tool;
        expectAQuickStop(fixture);
    }
}

class Lingering : public testing::TestWithParam<const char*> {};

TEST_P(Lingering, descriptorsHoldUpNeitherCallsNorTheStop) {
    aip::plugins::SlotSettings settings = isolated(Isolation::process);
    settings.process.backoffBase = 1ms;
    SlotFixture fixture("lingers", settings);
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < 3; ++i) {
        const TestCall call = fixture.run(GetParam());
        EXPECT_NE(call.text(), "");
    }
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
    expectAQuickStop(fixture);
}

INSTANTIATE_TEST_SUITE_P(Stop, Lingering, testing::Values("offer", "memory", "too_large", "many"),
                         [](const auto& each) { return std::string(each.param); });

}  // namespace
