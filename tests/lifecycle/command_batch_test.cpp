#include "lifecycle/command_batch.h"

#include "tests/lifecycle/batch_harness.h"
#include "tests/support/command_harness.h"
#include "tests/support/fake_trail.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

using namespace aip;
using namespace aip::lifecycle;
using namespace std::chrono_literals;
using hosting::Call;
using hosting::Outcome;
using protocol::ResultStatus;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;
using tests::comesTrue;
using tests::CommandHarness;
using tests::fakeSlot;
using tests::FakeTrail;
using tests::tool;
using tests::batch::action;
using tests::batch::list;
using tests::batch::listing;
using tests::batch::Plugin;

TEST(CommandBatch, answersEveryActionInOrder) {
    Plugin plugin;
    CommandHarness harness({plugin.slot});
    const auto results = harness.results(list({action("echo", R"({"a":1})", "c-1"), action("echo", "null", "c-2")}));
    ASSERT_EQ(results.size(), 2U);
    EXPECT_EQ(results[0].status, ResultStatus::success);
    EXPECT_EQ(results[0].result, R"({"a":1})");
    EXPECT_EQ(results[0].nameSpace, "BashExecutor");
    EXPECT_EQ(results[0].callId, "c-1");
    EXPECT_FALSE(results[0].error);
    EXPECT_EQ(results[1].result, "{}");
    EXPECT_EQ(results[1].callId, "c-2");
}

TEST(CommandBatch, hasOneRecordOfWhatItSkips) {
    Plugin plugin;
    FakeTrail trail;
    CommandHarness harness({plugin.slot}, {}, tests::allowAll(), {}, trail);
    harness.command("s", list({action("echo"), action("bad"), action(""), action("echo"), action("wait")}));
    harness.answers(1);
    EXPECT_THAT(trail.takenEvents(),
                ElementsAre(R"(skipped "session":"s","response":"r","count":2,"tools":["echo","wait"])",
                            R"(no_action "session":"s","response":"r","count":1)"));
    harness.command("s", list({action("echo"), action("bad")}));
    harness.answers(2);
    EXPECT_THAT(trail.takenEvents(), testing::IsEmpty()) << "nothing is skipped";
    std::vector<std::string> many(1'000, action(std::string(200, 'x')));
    many.front() = action("bad");
    harness.command("s", list(many));
    harness.answers(3);
    const auto events = trail.takenEvents();
    ASSERT_EQ(events.size(), 1U);
    EXPECT_THAT(events[0], HasSubstr(R"("count":999,)"));
    EXPECT_LT(events[0].size(), 2'500U);
}

TEST(CommandBatch, hasTwoRecordsForItsOwnListings) {
    Plugin plugin;
    FakeTrail trail;
    CommandHarness harness({plugin.slot}, {}, tests::allowAll(), {}, trail);
    harness.results(list({listing(R"("action")"), listing(R"("data_collection")", R"({"namespace":7})")}));
    EXPECT_THAT(trail.taken(),
                ElementsAre("begun aip-agent action::list_tools allowed", StartsWith("ended agent OK "),
                            "begun aip-agent data_collection::list_tools allowed", "ended schema INVALID 0"));
    trail.full = true;
    harness.command("s", list({listing(R"("action")")}));
    EXPECT_EQ(harness.answers(2)[1].results[0].error, "no room");
}

/// Each result of whatever COMMAND has an account, and what has begun has ended.
TEST(CommandBatch, hasAsManyRecordsAsResults) {
    Plugin plugin;
    FakeTrail trail;
    CommandHarness harness({plugin.slot}, {}, tests::allowAll(), {.maxAnswerSize = 1U << 20U}, trail);
    const std::vector<std::string> commands{
        list({action("echo")}),
        list({action("echo"), action(""), listing("null"), action("bad"), action(""), action("echo")}),
        list({action("nothing"), action("echo"), listing("null")}),
        list({action("strict"), action("echo")}),
        list({listing("null", R"({"namespace":7})"), action("echo")}),
        list({action("")}),
        list({}),
        list(std::vector<std::string>(300, action("echo"))),
        list(std::vector<std::string>(900, action("echo", "{}", std::string(1'000, 'c')))),
        list(std::vector<std::string>(200'000, action("echo"))),
    };
    std::size_t sent = 0;
    for (const auto& command : commands) {
        harness.command("s", command);
        harness.command("nobodys", command, "Nobody");
        sent += 2;
    }
    harness.command("w", list({action("wait"), action("echo")}));
    harness.command("w", list({action("echo"), action("echo")}));
    harness.door.cancelSession("w", "the task has ended");
    harness.answers(sent += 2);
    harness.door.refuseNew("it stops");
    harness.command("s", list({action("echo"), action(""), listing("null")}));
    std::size_t results = 0;
    for (const auto& answer : harness.answers(sent + 1)) {
        results += answer.results.size();
    }
    const auto beyond = trail.takenEvents();
    EXPECT_EQ(trail.begun, trail.ended);
    EXPECT_EQ(static_cast<std::size_t>(trail.begun + trail.counted), results) << testing::PrintToString(beyond);
    EXPECT_EQ(trail.failed, 0);
}

/// None of its actions is carried out.
TEST(CommandBatch, isARecordOfTheAuditWhenItIsRefused) {
    Plugin plugin;
    FakeTrail trail;
    CommandHarness harness({plugin.slot}, {}, tests::allowAll(), {}, trail);
    harness.door.refuseNew("it stops");
    harness.command("s", list({action("echo"), action("wait")}));
    harness.answers(1);
    EXPECT_THAT(
        trail.takenEvents(),
        ElementsAre(R"(refused "session":"s","response":"r","count":2,"tools":["echo","wait"],"reason":"it stops")"));
}

TEST(CommandBatch, skipsWhatFollowsAFailure) {
    Plugin plugin;
    CommandHarness harness({plugin.slot});
    const auto results =
        harness.results(list({action("echo"), action("bad"), action("", "{}", "c-3"), action("echo", "{}", "c-4")}));
    ASSERT_EQ(results.size(), 4U);
    EXPECT_EQ(results[1].status, ResultStatus::failure);
    EXPECT_EQ(results[1].error, "Error calling tool 'bad': it broke (INTERNAL)");
    EXPECT_EQ(results[1].result, "null");
    EXPECT_EQ(results[2].status, ResultStatus::success);
    EXPECT_EQ(results[2].result, "\"No action taken.\"");
    EXPECT_EQ(results[2].error, "");
    EXPECT_FALSE(results[2].nameSpace);
    EXPECT_EQ(results[3].status, ResultStatus::skipped);
    EXPECT_EQ(results[3].error, "Skipped due to previous failure (early_exit=True).");
    EXPECT_FALSE(results[3].nameSpace);
    EXPECT_EQ(results[3].callId, "c-4");
    EXPECT_EQ(plugin.slot->invoked, 2);
}

TEST(CommandBatch, answersNoActionsWithNoResults) {
    Plugin plugin;
    CommandHarness harness({plugin.slot});
    harness.command("s", "null");
    ASSERT_EQ(harness.answers(1).size(), 1U);
    EXPECT_TRUE(harness.answers(1)[0].results.empty());
    EXPECT_EQ(harness.answers(1)[0].command->sessionId, "s");
    EXPECT_EQ(harness.answers(1)[0].command->responseId, "r");
}

TEST(CommandBatch, answersWhatTheReferenceLeavesUnanswered) {
    Plugin plugin;
    CommandHarness harness({plugin.slot});
    EXPECT_THAT(*harness.results(list({action("nothing")}))[0].error, HasSubstr("'action::nothing' is not offered"));
}

TEST(CommandBatch, answersListToolsAsEitherToolTypeAndAsNone) {
    Plugin plugin;
    CommandHarness harness({plugin.slot});
    for (const auto& result :
         harness.results(list({listing(R"("action")"), listing(R"("data_collection")"), listing("null")}))) {
        EXPECT_EQ(result.status, ResultStatus::success);
        EXPECT_THAT(result.result, HasSubstr("action::echo"));
    }
}

TEST(CommandBatch, failsListToolsOfAToolTypeThatDoesNotExist) {
    Plugin plugin;
    CommandHarness harness({plugin.slot});
    const auto results = harness.results(list({listing(R"("other")"), action("echo")}));
    ASSERT_EQ(results.size(), 2U);
    EXPECT_EQ(results[0].status, ResultStatus::failure);
    EXPECT_THAT(*results[0].error, HasSubstr("'other::list_tools' is not offered to agent 'LinuxAgent'"));
    EXPECT_EQ(results[0].result, "null");
    EXPECT_FALSE(results[0].nameSpace);
    EXPECT_EQ(results[1].status, ResultStatus::skipped);
    EXPECT_EQ(plugin.slot->invoked, 0);
}

TEST(CommandBatch, answersAToolTypeWithoutAMatchAsAParameterWithAnEmptyArray) {
    Plugin plugin;
    CommandHarness harness({plugin.slot});
    const auto results = harness.results(list({listing(R"("action")", R"({"tool_type":"other"})"), action("echo")}));
    ASSERT_EQ(results.size(), 2U);
    EXPECT_EQ(results[0].status, ResultStatus::success);
    EXPECT_EQ(results[0].result, "[]");
    EXPECT_EQ(results[1].status, ResultStatus::success);
}

TEST(CommandBatch, answersAnUnknownAgent) {
    Plugin plugin;
    CommandHarness harness({plugin.slot});
    EXPECT_THAT(*harness.results(list({action("echo")}), "Nobody")[0].error, HasSubstr("configured: LinuxAgent"));
}

TEST(CommandBatch, checksTheSchemaBeforeThePluginIsCalled) {
    Plugin plugin;
    CommandHarness harness({plugin.slot});
    const auto results =
        harness.results(list({action("strict", R"({"size":3.0})"), action("strict", R"({"sise":1})")}));
    ASSERT_EQ(results.size(), 2U);
    EXPECT_EQ(results[0].status, ResultStatus::success);
    EXPECT_EQ(results[1].status, ResultStatus::failure);
    EXPECT_THAT(*results[1].error, HasSubstr("Input validation error: "));
    EXPECT_EQ(results[1].nameSpace, "BashExecutor");
    EXPECT_EQ(plugin.slot->invoked, 1);
}

TEST(CommandBatch, aPolicyHasTheLastWord) {
    struct Nothing final : execution::Policy {
        execution::Admission admit(const execution::Caller&, const execution::Tool&, std::string_view) override {
            return base::Error(base::Code::denied, "not today");
        }
    };
    Plugin plugin;
    Nothing policy;
    CommandHarness harness({plugin.slot}, {}, policy);
    EXPECT_EQ(harness.results(list({action("echo")}))[0].error, "Refused by this device's policy: not today");
    EXPECT_EQ(plugin.slot->invoked, 0);
}

TEST(CommandBatch, keepsTheOrderWithinASessionAndRunsSessionsInParallel) {
    Plugin plugin;
    CommandHarness harness({plugin.slot});
    harness.command("slow", list({action("wait")}));
    harness.command("slow", list({action("echo", R"({"second":1})")}));
    harness.command("quick", list({action("echo", R"({"quick":1})")}));
    ASSERT_EQ(harness.answers(1).size(), 1U);
    EXPECT_EQ(harness.answers(1)[0].command->sessionId, "quick");
    EXPECT_TRUE(harness.hasPending(2));
    harness.door.cancelSession("slow", "enough");
    const auto all = harness.answers(3);
    ASSERT_EQ(all.size(), 3U);
    EXPECT_THAT(*all[1].results[0].error, HasSubstr("enough"));
    EXPECT_EQ(all[1].results[0].status, ResultStatus::failure);
    EXPECT_EQ(all[2].results[0].error, "enough");
}

TEST(CommandBatch, endsACallAtItsDeadline) {
    Plugin plugin;
    execution::DispatcherSettings settings;
    settings.toolTimeout = 1s;
    CommandHarness harness({plugin.slot}, settings);
    const auto results = harness.results(list({action("wait"), action("echo")}));
    ASSERT_EQ(results.size(), 2U);
    EXPECT_EQ(results[0].status, ResultStatus::failure);
    EXPECT_THAT(*results[0].error, HasSubstr("time"));
    EXPECT_EQ(results[1].status, ResultStatus::skipped);
}

TEST(CommandBatch, answersWithoutAPluginThatDoesNotReturn) {
    Plugin plugin;
    execution::DispatcherSettings settings;
    settings.cancelGrace = 50ms;
    CommandHarness harness({plugin.slot}, settings);
    harness.command("s", list({action("stubborn")}));
    harness.door.cancelSession("s", "the task has ended");
    const auto all = harness.answers(1);
    ASSERT_EQ(all.size(), 1U);
    EXPECT_THAT(*all[0].results[0].error, HasSubstr("the task has ended"));
    EXPECT_TRUE(comesTrue([&] { return plugin.slot->abandoned == 1; }));
}

TEST(CommandBatch, refusesMoreThanItsLimit) {
    Plugin plugin;
    execution::DispatcherSettings settings;
    settings.maxPlaces = 2;
    CommandHarness harness({plugin.slot}, settings);
    for (const auto* session : {"a", "b", "c"}) {
        harness.command(session, list({action("wait")}));
    }
    const auto all = harness.answers(1);
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].command->sessionId, "c");
    EXPECT_THAT(*all[0].results[0].error, HasSubstr("too many commands"));
    harness.door.cancelAll("end");
    EXPECT_EQ(harness.answers(3).size(), 3U);
}

TEST(CommandBatch, refusesEverythingOnceToldSo) {
    Plugin plugin;
    CommandHarness harness({plugin.slot});
    harness.door.refuseNew("shutting down");
    EXPECT_EQ(harness.results(list({action("echo")}))[0].error, "shutting down");
    EXPECT_EQ(plugin.slot->invoked, 0);
}

TEST(CommandBatch, turnsAResultThatFitsNoMessageIntoAFailure) {
    const auto slot = fakeSlot("p", {tool("big"), tool("small")}, [](Call& call) {
        return Outcome::success(call.request().tool == "big" ? "\"" + std::string(200'000, 'x') + "\"" : "1");
    });
    CommandHarness harness({slot}, {}, tests::allowAll(), {.maxAnswerSize = 100'000});
    const auto results = harness.results(list({action("small"), action("big"), action("small")}));
    ASSERT_EQ(results.size(), 3U);
    EXPECT_EQ(results[0].result, "1");
    EXPECT_EQ(results[1].status, ResultStatus::failure);
    EXPECT_THAT(*results[1].error, HasSubstr("200002 bytes"));
    EXPECT_THAT(*results[1].error, HasSubstr("of 100000 left"));
    EXPECT_EQ(results[2].status, ResultStatus::skipped);
}
