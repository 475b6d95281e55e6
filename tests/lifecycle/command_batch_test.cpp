#include "lifecycle/command_batch.h"

#include "tests/support/command_harness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <thread>

using namespace aip;
using namespace aip::lifecycle;
using namespace std::chrono_literals;
using hosting::Call;
using hosting::Outcome;
using protocol::ResultStatus;
using testing::HasSubstr;
using tests::comesTrue;
using tests::CommandHarness;
using tests::fakeSlot;
using tests::tool;

namespace {

Outcome echo(Call& call) {
    return Outcome::success(std::string(call.request().parameters));
}

/// "bad" fails, "wait" runs until cancelled, "stubborn" ignores cancel until released, other tools echo.
class Plugin {
    std::promise<void> _release;
    std::shared_future<void> _released = _release.get_future().share();

  public:
    std::shared_ptr<tests::FakeSlot> slot = fakeSlot(
        "p",
        {tool("echo"), tool("bad"), tool("wait"), tool("stubborn"),
         tool(
             "strict", "BashExecutor",
             R"({"type":"object","properties":{"size":{"type":"integer"}},"required":["size"],"additionalProperties":false})")},
        [released = _released](Call& call) { return run(call, released); });

    ~Plugin() { _release.set_value(); }

  private:
    static Outcome run(Call& call, const std::shared_future<void>& released) {
        if (call.request().tool == "bad") {
            return Outcome::failure(base::Code::internal, "it broke");
        }
        if (call.request().tool == "wait") {
            return call.waitCancelled(30s) ? call.cancelOutcome() : Outcome::success("\"waited\"");
        }
        if (call.request().tool == "stubborn") {
            released.wait();
        }
        return echo(call);
    }
};

std::string action(const std::string& name, const std::string& parameters = "{}", const std::string& id = "c") {
    return R"({"tool_name":")" + name + R"(","parameters":)" + parameters + R"(,"tool_type":"action","call_id":")" +
           id + "\"}";
}

std::string list(const std::vector<std::string>& actions) {
    std::string text = "[";
    for (const auto& each : actions) {
        text += (text.size() == 1 ? "" : ",") + each;
    }
    return text + "]";
}

std::string listing(const std::string& type, const std::string& parameters = "{}") {
    return R"({"tool_name":"list_tools","tool_type":)" + type + R"(,"parameters":)" + parameters + "}";
}

}  // namespace

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

namespace {

/// Of one COMMAND at a time, so it needs no lock.
using NotedThreads = std::vector<std::thread::id>;

/// Notes where it is asked: the parameters are checked there, too.
class NotingPolicy final : public execution::Policy {
  public:
    explicit NotingPolicy(NotedThreads& threads) : _threads(threads) {}
    execution::Admission admit(const execution::Caller&, const execution::Tool&, std::string_view) override {
        _threads.push_back(std::this_thread::get_id());
        return std::unique_ptr<execution::Permit>();
    }

  private:
    NotedThreads& _threads;
};

}  // namespace

TEST(CommandBatch, goesOnAfterACallOnItsThreadOrOnAWorkerIfThatTakesLong) {
    struct Row {
        std::vector<std::string> between;  ///< actions without a plugin
        std::size_t size;                  ///< of the parameters that follow
        bool onItsThread;
    };
    const std::vector<std::string> few(4, action(""));
    const std::vector<std::string> many(40, action(""));
    const Row rows[] = {{{}, 0, true},          {{}, 8'000, true},    {few, 0, true},  {{}, 20'000, false},
                        {{}, 1'000'000, false}, {few, 20'000, false}, {many, 0, false}};
    for (const auto& row : rows) {
        NotedThreads calls;
        NotedThreads checks;
        NotingPolicy policy(checks);
        const auto slot = fakeSlot("p", {tool("echo")}, [&calls](Call&) {
            calls.push_back(std::this_thread::get_id());
            return Outcome::success("1");
        });
        CommandHarness harness({slot}, {}, policy);
        std::vector<std::string> actions{action("echo")};
        actions.insert(actions.end(), row.between.begin(), row.between.end());
        actions.push_back(action("echo", R"({"a":")" + std::string(row.size, 'x') + R"("})"));
        const auto results = harness.results(list(actions));
        ASSERT_EQ(results.size(), actions.size());
        ASSERT_EQ(calls.size(), 2U);
        ASSERT_EQ(checks.size(), 2U);
        EXPECT_EQ(calls[0] == checks[1], row.onItsThread) << row.between.size() << " " << row.size;
    }
}

namespace {

/// Holds whoever asks until the test lets go.
class HoldingPolicy final : public execution::Policy {
  public:
    explicit HoldingPolicy(std::shared_future<void> released) : _released(std::move(released)) {}
    execution::Admission admit(const execution::Caller&, const execution::Tool&, std::string_view) override {
        _released.wait();
        return std::unique_ptr<execution::Permit>();
    }

  private:
    const std::shared_future<void> _released;
};

}  // namespace

TEST(CommandBatch, letsOthersHaveTheirTurnBetweenTheActionsOfALargeCommand) {
    std::promise<void> release;
    HoldingPolicy policy(release.get_future().share());
    Plugin plugin;
    CommandHarness harness({plugin.slot}, {.workers = 1}, policy);
    harness.command("first", list({action("echo", R"({"a":")" + std::string(100'000, 'x') + R"("})")}));
    harness.command("long", list(std::vector<std::string>(400, listing("null"))));
    harness.command("short", list(std::vector<std::string>(20, listing("null"))));
    release.set_value();
    std::vector<std::string> order;
    for (const auto& answer : harness.answers(3)) {
        EXPECT_THAT(answer.results,
                    testing::Each(testing::Field(&protocol::ActionResult::status, ResultStatus::success)));
        order.emplace_back(answer.command->sessionId.value_or(""));
    }
    std::erase(order, "first");  // its plugin answers at any time
    EXPECT_THAT(order, testing::ElementsAre("short", "long"));
}

namespace {

class NoMemory final : public execution::Policy {
  public:
    execution::Admission admit(const execution::Caller&, const execution::Tool& tool, std::string_view) override {
        return tool.manifest.name == "echo" ? throw std::bad_alloc() : std::unique_ptr<execution::Permit>();
    }
};

/// Takes the call and throws: `finishes` says whether the call ends by itself all the same.
class ThrowingSlot final : public tests::FakeSlot {
  public:
    explicit ThrowingSlot(bool finishes)
        : tests::FakeSlot(fakeSlot("p", {tool("any")}, [](Call&) { return Outcome::success("1"); })->manifest(),
                          [](Call&) { return Outcome::success("1"); }),
          _finishes(finishes) {}
    void invoke(std::shared_ptr<Call> call) override {
        if (_finishes) {
            tests::FakeSlot::invoke(call);
        }
        throw std::bad_alloc();
    }

  private:
    const bool _finishes;
};

}  // namespace

TEST(CommandBatch, answersAnActionThatCannotBeCheckedForLackOfMemory) {
    Plugin plugin;
    NoMemory policy;
    CommandHarness harness({plugin.slot}, {}, policy);
    const std::string large(100'000, ' ');  // begins on a worker
    const auto results = harness.results(list({action("echo"), action("wait") + large}));
    ASSERT_EQ(results.size(), 2U);
    EXPECT_EQ(results[0].error, "std::bad_alloc");
    EXPECT_EQ(results[1].status, ResultStatus::skipped);
}

TEST(CommandBatch, answersACallThatASlotThrowsBackExactlyOnce) {
    for (const bool finishes : {false, true}) {
        CommandHarness harness({std::make_shared<ThrowingSlot>(finishes)});
        EXPECT_EQ(harness.results(list({action("any")})).size(), 1U);
        EXPECT_EQ(harness.answers(1).size(), 1U);
        EXPECT_TRUE(harness.hasPending(0));
    }
}

TEST(CommandBatch, answersEachOfManyExactlyOnceWhileTheyAreCancelled) {
    Plugin plugin;
    CommandHarness harness({plugin.slot});
    constexpr int count = 300;
    for (int i = 0; i < count; ++i) {
        const std::string session = std::to_string(i % 7);
        harness.command(session, list({action("echo"), action(i % 3 == 0 ? "wait" : "echo"), action("echo")}));
        if (i % 5 == 0) {
            harness.door.cancelSession(session, "changed my mind");
        }
    }
    harness.door.cancelAll("end");
    const auto all = harness.answers(count);
    ASSERT_EQ(all.size(), static_cast<std::size_t>(count));
    for (const auto& answer : all) {
        EXPECT_EQ(answer.results.size(), 3U);
    }
    EXPECT_EQ(harness.answers(count).size(), static_cast<std::size_t>(count));
}
