// What becomes of COMMANDs that an operator ends.

#include "tests/lifecycle/batch_harness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace {

using namespace aip;
using namespace std::chrono_literals;
using execution::RunningCall;
using protocol::ResultStatus;
using testing::ElementsAre;
using testing::IsEmpty;
using tests::batch::action;
using tests::batch::list;

class OperatorCancels : public testing::Test {
  protected:
    /// "wait queued", ...
    std::vector<std::string> listed() {
        std::vector<std::string> lines;
        for (const auto& call : harness.calls.list().calls) {
            lines.push_back(call.tool + " " + std::string(name(call.state)));
        }
        return lines;
    }
    static std::vector<std::string> textsOf(const lifecycle::FinishedBatch& batch) {
        std::vector<std::string> texts;
        for (const auto& result : batch.results) {
            texts.push_back(result.error.value_or("none"));
        }
        return texts;
    }

    tests::batch::Plugin plugin;
    tests::CommandHarness harness{{plugin.slot}, {.cancelGrace = 50ms}};
};

constexpr auto cancelledCall = "Error calling tool 'wait': cancelled by the operator (CANCELLED)";
constexpr auto skippedRest = "Skipped due to previous failure (early_exit=True).";

TEST_F(OperatorCancels, aCallAndTheRestOfItsCommandIsSkipped) {
    harness.command("s", list({action("echo"), action("wait"), action("echo")}));
    ASSERT_TRUE(tests::comesTrue([&] { return plugin.slot->invoked == 2; }));
    harness.command("s", list({action("echo")}));
    EXPECT_THAT(listed(), ElementsAre("wait queued", "echo waiting"));
    const auto calls = harness.calls.list().calls;
    EXPECT_EQ(calls.at(1).door + " " + calls.at(1).session + " " + calls.at(1).callId, "server s c");
    EXPECT_EQ(harness.calls.cancel(calls.at(0).id), 1U);
    const auto answers = harness.answers(2);
    EXPECT_THAT(textsOf(answers.at(0)), ElementsAre("none", cancelledCall, skippedRest));
    EXPECT_THAT(textsOf(answers.at(1)), ElementsAre("none")) << "another COMMAND goes on";
    EXPECT_TRUE(tests::comesTrue([&] { return listed().empty(); }));
}

TEST_F(OperatorCancels, aSessionWithTheCommandsThatHaveNotBegun) {
    harness.command("s", list({action("wait"), action("echo")}));
    harness.command("s", list({action("echo"), action("echo")}));
    harness.command("other", list({action("wait")}));
    EXPECT_GE(harness.calls.cancel({"server", "s"}), 2U);
    const auto answers = harness.answers(2);
    EXPECT_THAT(textsOf(answers.at(0)), ElementsAre(cancelledCall, skippedRest));
    EXPECT_THAT(textsOf(answers.at(1)), ElementsAre("cancelled by the operator", skippedRest));
    EXPECT_EQ(plugin.slot->invoked, 2) << "what waited has not begun";
    EXPECT_THAT(listed(), ElementsAre("wait queued"));
    EXPECT_EQ(harness.calls.cancel({"mcp", "other"}), 0U);
    EXPECT_GE(harness.calls.cancel({"", "other"}), 1U);
    EXPECT_THAT(textsOf(harness.answers(3).at(2)), ElementsAre(cancelledCall));
}

TEST_F(OperatorCancels, aTask) {
    harness.dispatcher.tasks().put({.number = 1, .session = "s", .name = "install"});
    harness.command("s", list({action("wait")}));
    harness.command("other", list({action("echo")}));
    EXPECT_THAT(textsOf(harness.answers(1).at(0)), ElementsAre("none"));
    EXPECT_EQ(harness.calls.cancelTask("uninstall"), 0U);
    EXPECT_EQ(harness.calls.list().calls.at(0).task, "install");
    EXPECT_GE(harness.calls.cancelTask("install"), 1U);
    EXPECT_THAT(textsOf(harness.answers(2).at(1)), ElementsAre(cancelledCall));
}

TEST_F(OperatorCancels, aToolThatDoesNotListen) {
    harness.command("s", list({action("stubborn"), action("echo")}));
    ASSERT_TRUE(tests::comesTrue([&] { return plugin.slot->invoked == 1; }));
    harness.calls.stopAll({base::Code::denied, "locked"});
    EXPECT_THAT(textsOf(harness.answers(1).at(0)),
                ElementsAre("Error calling tool 'stubborn': locked (DENIED)", skippedRest));
    EXPECT_THAT(listed(), IsEmpty());
    EXPECT_TRUE(tests::comesTrue([&] { return plugin.slot->abandoned == 1; }));
}

}  // namespace
