#include "tests/plugins/support.h"

#include <gtest/gtest.h>

#include <thread>

namespace {

using aip::plugins::Isolation;
using aip::plugins::SlotSettings;
using aip::plugins::SlotState;
using aip::tests::isolated;
using aip::tests::SlotFixture;
using namespace std::chrono_literals;

/// A plugin that would crash or hang the agent, and the reason why it is not loaded.
struct TrialRow {
    const char* plugin;
    const char* reason;
};

std::ostream& operator<<(std::ostream& out, const TrialRow& row) {
    return out << row.plugin;
}

class Trial : public testing::TestWithParam<TrialRow> {};

TEST_P(Trial, keepsThePluginOutOfTheAgent) {
    SlotSettings settings = isolated(Isolation::inProcess);
    const std::string plugin = GetParam().plugin;
    settings.startTimeout = plugin == "constructor_hangs" ? 500ms : 60s;
    settings.process.stopTimeout = plugin == "stop_hangs" ? 500ms : 60s;
    SlotFixture fixture(plugin, settings);
    EXPECT_FALSE(fixture.slot->start());
    EXPECT_EQ(fixture.slot->state(), SlotState::failed);
    EXPECT_TRUE(fixture.slot->reason().starts_with(GetParam().reason)) << fixture.slot->reason();
    EXPECT_TRUE(fixture.run("echo").text().starts_with("UNAVAILABLE: "));
    EXPECT_TRUE(fixture.slot->stop(30s));
}

INSTANTIATE_TEST_SUITE_P(InTheAgent, Trial,
                         testing::Values(TrialRow{"constructor_exits",
                                                  "start-crashed: its process ended with exit code 7"},
                                         TrialRow{"constructor_hangs", "start-timeout: did not start within 500 ms"},
                                         TrialRow{"constructor_throws", ""},  // either reason: see LoadThatThrows
                                         TrialRow{"stop_crashes", "stop-failed: its process was killed by SIGABRT"},
                                         TrialRow{"stop_hangs", "stop-failed: did not stop within 500 ms"},
                                         TrialRow{"start_fails", "start-failed: the printer is on fire"}),
                         [](const auto& row) { return row.param.plugin; });

TEST(TrialOfAGoodPlugin, leavesNothingInTheLogButItsWarnings) {
    SlotFixture fixture("good", isolated(Isolation::inProcess));
    EXPECT_EQ(fixture.run("echo").text(), "{}");
    EXPECT_TRUE(fixture.slot->stop(30s));
    EXPECT_EQ(fixture.log.lines(), (std::vector<std::string>{"2 start", "2 stop", "2 destroy"}));
}

TEST(TrialOfABadPlugin, marksWhatItSaid) {
    SlotFixture fixture("start_fails", isolated(Isolation::inProcess));
    EXPECT_FALSE(fixture.slot->start());
    EXPECT_EQ(fixture.log.lines(), std::vector<std::string>{"4 in its trial: the printer is on fire"});
}

/// Ways to start a plugin that never returns from its start.
struct HangingStart {
    const char* name;
    Isolation isolation;
    bool runner;
    const char* line;  ///< by which it is known to hang
};

std::ostream& operator<<(std::ostream& out, const HangingStart& row) {
    return out << row.name;
}

class StopDuringAStart : public testing::TestWithParam<HangingStart> {};

TEST_P(StopDuringAStart, doesNotWaitForIt) {
    SlotSettings settings = isolated(GetParam().isolation);
    settings.startTimeout = 1h;
    if (!GetParam().runner) {
        settings.process.runner.clear();
    }
    SlotFixture fixture("start_hangs", settings);
    const auto call = fixture.run("echo");
    std::thread starter([&] { EXPECT_FALSE(fixture.slot->start()); });
    EXPECT_TRUE(fixture.log.waitFor(GetParam().line));
    EXPECT_EQ(fixture.slot->stop(30s), GetParam().runner);  // false: left behind in this process
    starter.join();
    EXPECT_TRUE(call.text().starts_with("CANCELLED: ")) << call.text();
}

INSTANTIATE_TEST_SUITE_P(OfASlot, StopDuringAStart,
                         testing::Values(HangingStart{"process", Isolation::process, true, "3 inside"},
                                         HangingStart{"perCall", Isolation::perCall, true, "3 inside"},
                                         HangingStart{"trial", Isolation::inProcess, true, "3 in its trial: inside"},
                                         HangingStart{"inTheAgent", Isolation::inProcess, false, "3 inside"}),
                         [](const auto& row) { return row.param.name; });

TEST(TrialWithoutARunner, refusesIfThereShouldBeOne) {
    SlotSettings settings = isolated(Isolation::inProcess);
    settings.process.runner = "/nowhere/aip-plugin-runner";
    SlotFixture fixture("good", settings);
    EXPECT_FALSE(fixture.slot->start());
    EXPECT_TRUE(fixture.slot->reason().starts_with("start-")) << fixture.slot->reason();
}

}  // namespace
