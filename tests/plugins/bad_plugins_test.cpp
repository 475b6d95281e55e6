#include "admission/gate.h"
#include "tests/plugins/support.h"

#include <gtest/gtest.h>

#include <tuple>

namespace {

using aip::admission::Gate;
using aip::plugins::Isolation;
using aip::plugins::SlotSettings;
using aip::plugins::SlotState;
using aip::tests::installPlugin;
using aip::tests::isolated;
using aip::tests::SlotFixture;
using aip::tests::TemporaryFolder;
using aip::tests::TestCall;

struct BadPluginsRow {
    const char* plugin;
    const char* reason;
};

std::ostream& operator<<(std::ostream& out, const BadPluginsRow& row) {
    return out << row.plugin;
}

using RowAndIsolation = std::tuple<BadPluginsRow, Isolation>;

std::string nameOf(const testing::TestParamInfo<RowAndIsolation>& info) {
    return aip::tests::nameOf(std::get<1>(info.param)) + "_" + std::get<0>(info.param).plugin;
}

const auto everyIsolation = testing::Values(Isolation::inProcess, Isolation::process, Isolation::perCall);

const auto ownProcess = testing::Values(Isolation::process, Isolation::perCall);

/// A plugin that breaks one rule, found before any of its code is loaded.
class Refused : public testing::TestWithParam<BadPluginsRow> {};

TEST_P(Refused, isNotAdmitted) {
    const TemporaryFolder directory;
    Gate gate({});
    const auto candidate = gate.examine(installPlugin(GetParam().plugin, directory.path()));
    ASSERT_TRUE(candidate.refusal);
    EXPECT_EQ(candidate.refusal->code, GetParam().reason);
    EXPECT_FALSE(candidate.library);
}

INSTANTIATE_TEST_SUITE_P(BadPlugin, Refused,
                         testing::Values(BadPluginsRow{"no_symbol", "entry-missing"},
                                         BadPluginsRow{"group_writable", "permissions"},
                                         BadPluginsRow{"wrong_hash", "hash-mismatch"}),
                         [](const auto& each) { return each.param.plugin; });

TEST(BadPlugin, whoseCapabilityIsTakenIsNotAdmitted) {
    const TemporaryFolder directory;
    Gate gate({});
    ASSERT_FALSE(gate.examine(installPlugin("good", directory.path())).refusal);
    const auto candidate = gate.examine(installPlugin("capability_taken", directory.path()));
    ASSERT_TRUE(candidate.refusal);
    EXPECT_EQ(candidate.refusal->code, std::string("capability-collision"));
}

/// A plugin that breaks one rule, found when it is loaded and started.
class Unstartable : public testing::TestWithParam<RowAndIsolation> {};

TEST_P(Unstartable, isRefusedWithItsReasonAndAnswersEveryCall) {
    const auto& [row, isolation] = GetParam();
    SlotSettings settings = isolated(isolation);
    if (row.plugin == std::string("start_hangs")) {
        settings.startTimeout = std::chrono::milliseconds(100);
    }
    SlotFixture fixture(row.plugin, settings);
    const TestCall first = fixture.run("echo");
    const TestCall second = fixture.run("echo");
    const std::string answer = std::string("UNAVAILABLE: plugin '") + row.plugin + "' is failed: " + row.reason;
    EXPECT_TRUE(first.text().starts_with(answer)) << first.text();
    EXPECT_TRUE(second.text().starts_with(answer)) << second.text();
    EXPECT_EQ(fixture.slot->state(), SlotState::failed);
    EXPECT_TRUE(fixture.slot->reason().starts_with(row.reason)) << fixture.slot->reason();
    EXPECT_FALSE(fixture.slot->start());
    EXPECT_TRUE(fixture.slot->stop(std::chrono::seconds(30)));
}

INSTANTIATE_TEST_SUITE_P(
    BadPlugin, Unstartable,
    testing::Combine(
        testing::Values(BadPluginsRow{"undefined_symbol", "load-failed: "},
                        BadPluginsRow{"short_entry", "entry-invalid: the entry is incomplete"},
                        BadPluginsRow{"null_create", "entry-invalid: the entry is incomplete"},
                        BadPluginsRow{"short_plugin", "entry-invalid: create() returned an incomplete table"},
                        BadPluginsRow{"short_extension", "entry-invalid: the table of an extension is incomplete"},
                        BadPluginsRow{"wrong_major", "entry-invalid: the entry is for ABI 2"},
                        BadPluginsRow{"minor_too_new", "entry-invalid: the entry is for ABI 1, needs minor 2"},
                        BadPluginsRow{"other_id", "entry-invalid: the library's id is 'somebody.else'"},
                        BadPluginsRow{"other_version", "entry-invalid: the library's version is '1.0.1'"},
                        BadPluginsRow{"create_null", "create-failed: create() failed with UNSUPPORTED"},
                        BadPluginsRow{"create_throws", "create-failed: an exception left the plugin: oops"},
                        BadPluginsRow{"missing_extension",
                                      "extension-missing: the manifest promises aip.command-executor/1"},
                        BadPluginsRow{"missing_tool", "tool-missing: the library has Test/action::something_else"},
                        BadPluginsRow{"start_fails", "start-failed: the printer is on fire"},
                        BadPluginsRow{"start_throws", "start-failed: an exception left the plugin: oops"},
                        BadPluginsRow{"start_hangs", "start-timeout: did not start within 100 ms"}),
        everyIsolation),
    nameOf);

/// A plugin whose calls go wrong.
class Misbehaving : public testing::TestWithParam<RowAndIsolation> {};

TEST_P(Misbehaving, failsItsCallAndGoesOn) {
    const auto& [row, isolation] = GetParam();
    SlotSettings settings = isolated(isolation);
    settings.maxResultSize = 512U << 10U;
    SlotFixture fixture(row.plugin, settings);
    EXPECT_EQ(fixture.run("echo").text(), row.reason);
    EXPECT_EQ(fixture.run("echo").text(), row.reason);
    EXPECT_EQ(fixture.slot->state(), SlotState::running);
}

INSTANTIATE_TEST_SUITE_P(
    BadPlugin, Misbehaving,
    testing::Combine(
        testing::Values(
            BadPluginsRow{"invalid_json", "INTERNAL: the plugin's result is not valid JSON: its structure is broken"},
            BadPluginsRow{"invalid_utf8", "INTERNAL: the plugin's result is not valid JSON: invalid UTF-8"},
            BadPluginsRow{"nested_json",
                          "INTERNAL: the plugin's result is not valid JSON: nested deeper than 256 levels"},
            BadPluginsRow{"result_without_data", "INTERNAL: the plugin's result is not valid JSON: it is empty"},
            BadPluginsRow{"result_too_large", "EXHAUSTED: the result has 1048576 bytes, the limit is 524288"},
            BadPluginsRow{"result_of_no_size",
                          "EXHAUSTED: the result has 18446744073709551615 bytes, the limit is 524288"},
            BadPluginsRow{"throws", "INTERNAL: an exception left the plugin: oops"},
            BadPluginsRow{"throws_number", "INTERNAL: an exception left the plugin"}),
        everyIsolation),
    nameOf);

/// A plugin that breaks a rule without harm to its calls.
class Tolerated : public Misbehaving {};

TEST_P(Tolerated, isAnsweredForAndStopped) {
    const auto& [row, isolation] = GetParam();
    SlotFixture fixture(row.plugin, isolated(isolation));
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(fixture.run("echo").text(), row.reason);
    }
    EXPECT_EQ(fixture.slot->state(), SlotState::running);
    EXPECT_TRUE(fixture.slot->stop(std::chrono::seconds(3)));  // or it is killed
}

INSTANTIATE_TEST_SUITE_P(BadPlugin, Tolerated,
                         testing::Combine(testing::Values(BadPluginsRow{"call_after_return", "\"mine\""},
                                                          BadPluginsRow{"floods_the_agent", "null"},
                                                          BadPluginsRow{"stop_throws", "{}"}),
                                          everyIsolation),
                         nameOf);

INSTANTIATE_TEST_SUITE_P(
    BadPluginInItsProcess, Misbehaving,
    testing::Combine(testing::Values(BadPluginsRow{"kills_its_parent", "DENIED: the watcher lives"}), ownProcess),
    nameOf);

INSTANTIATE_TEST_SUITE_P(BadPluginInItsProcess, Tolerated,
                         testing::Combine(testing::Values(BadPluginsRow{"foreign_thread", "\"foreign\""},
                                                          BadPluginsRow{"host_after_return", "null"},
                                                          BadPluginsRow{"returns_twice", "\"twice\""}),
                                          ownProcess),
                         nameOf);

TEST(BadPluginInTheAgent, thatIgnoresCancelIsWedged) {
    SlotFixture fixture("ignores_cancel", isolated(Isolation::inProcess));
    const TestCall inside = fixture.run("echo");
    const TestCall waiting = fixture.run("echo");
    ASSERT_TRUE(fixture.log.waitFor("2 inside"));
    inside.call()->cancel(aip::base::Code::deadline, "too slow");
    fixture.slot->cancelled(*inside.call());
    EXPECT_FALSE(inside.finished());

    inside.call()->finish(inside.call()->cancelOutcome());
    fixture.slot->abandon(*inside.call());
    EXPECT_EQ(fixture.slot->state(), SlotState::wedged);
    const std::string answer =
        "UNAVAILABLE: plugin 'ignores_cancel' is wedged: 'echo' does not return, call " + inside.call()->request().id;
    EXPECT_EQ(waiting.text(), answer);
    EXPECT_EQ(fixture.run("echo").text(), answer);
    EXPECT_FALSE(fixture.slot->stop(std::chrono::milliseconds(10)));
    EXPECT_EQ(inside.text(), "DEADLINE: too slow");
}

TEST(BadPluginInTheAgent, thatIgnoresCancelIsAnsweredForWhenTheSlotStops) {
    SlotFixture fixture("ignores_cancel", isolated(Isolation::inProcess));
    const TestCall inside = fixture.run("echo");
    ASSERT_TRUE(fixture.log.waitFor("2 inside"));
    EXPECT_FALSE(fixture.slot->stop(std::chrono::milliseconds(10)));
    EXPECT_EQ(inside.text(), "CANCELLED: the plugin is stopped");
    EXPECT_FALSE(fixture.slot->stop(std::chrono::milliseconds(10)));
}

TEST(BadPluginInTheAgent, thatHangsInStopIsLeftBehind) {
    SlotSettings settings = isolated(Isolation::inProcess);
    settings.process.runner.clear();  // no trial, in which this would be found
    SlotFixture fixture("stop_hangs", settings);
    EXPECT_EQ(fixture.run("echo").text(), "{}");
    EXPECT_FALSE(fixture.slot->stop(std::chrono::milliseconds(50)));
    EXPECT_EQ(fixture.slot->state(), SlotState::stopped);
}

}  // namespace
