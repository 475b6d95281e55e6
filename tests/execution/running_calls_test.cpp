// What an operator sees of the calls in flight, and how they are ended.

#include "execution/running_calls.h"

#include "tests/support/execution_harness.h"
#include "tests/support/manual_clock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace aip;
using namespace std::chrono_literals;
using base::Code;
using execution::RunningCall;
using execution::RunningCalls;
using testing::ElementsAre;
using testing::IsEmpty;
using tests::Invoked;
using tests::requestOf;

/// Notes in a common list when it is stopped.
class Listed final : public execution::InFlight {
  public:
    Listed(std::string name, execution::Caller caller, std::vector<std::string>& stopped, bool command = false)
        : _name(std::move(name)), _caller(std::move(caller)), _stopped(stopped), _command(command) {}

    std::optional<RunningCall> describe() const override { return RunningCall{.tool = _name}; }
    execution::Caller caller() const override { return _caller; }
    bool holdsCalls() const override { return _command; }
    void stop(const base::Error&, std::optional<std::chrono::milliseconds>) override { _stopped.push_back(_name); }

  private:
    const std::string _name;
    const execution::Caller _caller;
    std::vector<std::string>& _stopped;
    const bool _command;
};

std::vector<std::string> toolsIn(const RunningCalls::List& list) {
    std::vector<std::string> names;
    for (const auto& call : list.calls) {
        names.push_back(call.tool);
    }
    return names;
}

TEST(RunningCalls, areWaitedForUntilThoseThatAreInFlightHaveEnded) {
    tests::ManualClock clock;
    RunningCalls calls(clock);
    std::vector<std::string> stopped;
    const auto limit = std::chrono::steady_clock::now() + 1h;
    EXPECT_EQ(calls.waitForThese(limit), 0U);
    const auto call = std::make_shared<Listed>("a", execution::Caller{}, stopped);
    std::optional<RunningCalls::Entry> entry = calls.enter(call);
    EXPECT_EQ(calls.waitForThese(std::chrono::steady_clock::now()), 1U);
    std::thread ends([&] { entry.reset(); });
    EXPECT_EQ(calls.waitForThese(limit), 0U);
    ends.join();
    entry = calls.enter(call);
    calls.endWaiting();
    EXPECT_EQ(calls.waitForThese(limit), 1U) << "nobody waits any longer";
}

/// Both are in flight: its COMMAND ends after it.
TEST(RunningCalls, thatHaveNotEndedAreCountedWithoutTheirCommand) {
    tests::ManualClock clock;
    RunningCalls calls(clock);
    std::vector<std::string> stopped;
    const auto command = std::make_shared<Listed>("command", execution::Caller{}, stopped, true);
    const auto call = std::make_shared<Listed>("call", execution::Caller{}, stopped);
    const auto ofCommand = calls.enter(command);
    const auto ofCall = calls.enter(call);
    EXPECT_EQ(calls.waitForThese(std::chrono::steady_clock::now()), 1U);
}

TEST(RunningCalls, areWaitedForAtAllDoorsButOne) {
    tests::ManualClock clock;
    RunningCalls calls(clock);
    std::vector<std::string> stopped;
    const auto server = std::make_shared<Listed>("a", execution::Caller{.door = "server"}, stopped);
    const auto client = std::make_shared<Listed>("b", execution::Caller{.door = "mcp"}, stopped);
    const auto far = std::chrono::steady_clock::now() + 60s;
    const auto ofServer = calls.enter(server);
    calls.waitForOtherDoors("server", far);
    auto ofClient = calls.enter(client);
    calls.waitForOtherDoors("server", std::chrono::steady_clock::now());
    auto waiting = std::async(std::launch::async, [&] { calls.waitForOtherDoors("server", far); });
    ofClient.leave();
    waiting.get();
    ofClient = calls.enter(client);
    auto hurried = std::async(std::launch::async, [&] { calls.waitForOtherDoors("server", far); });
    calls.endWaiting();
    hurried.get();
    EXPECT_LT(std::chrono::steady_clock::now(), far);
}

TEST(RunningCalls, listTheOldestFirstUntilTheyLeave) {
    tests::ManualClock clock;
    RunningCalls calls(clock);
    std::vector<std::string> stopped;
    const auto one = std::make_shared<Listed>("one", execution::Caller{}, stopped);
    const auto two = std::make_shared<Listed>("two", execution::Caller{}, stopped);
    EXPECT_TRUE(calls.empty());
    auto first = calls.enter(one);
    clock.advance(1500ms);
    auto second = calls.enter(two);
    clock.advance(500ms);
    const auto list = calls.list();
    EXPECT_THAT(toolsIn(list), ElementsAre("one", "two"));
    EXPECT_EQ(list.calls[0].age, 2000ms);
    EXPECT_EQ(list.calls[1].age, 500ms);
    EXPECT_EQ(list.calls[0].id, first.id());
    EXPECT_LT(first.id(), second.id());
    EXPECT_EQ(list.leftOut, 0U);
    EXPECT_THAT(toolsIn(calls.list(1)), ElementsAre("one"));
    EXPECT_EQ(calls.list(1).leftOut, 1U);
    first = {};
    EXPECT_THAT(toolsIn(calls.list()), ElementsAre("two"));
    second.leave();
    second.leave();
    EXPECT_TRUE(calls.empty());
}

/// Who is stopped, and in which order.
struct StopRow {
    const char* what;
    std::size_t (*stop)(RunningCalls&);
    std::vector<std::string> stopped;
};

TEST(RunningCalls, endThoseThatAreMeantTheCommandsFirst) {
    const StopRow rows[] = {
        {"a session of a door",
         [](RunningCalls& c) {
             return c.cancel({"server", "1"});
         },
         {"later", "first", "call"}},
        {"a session of any door",
         [](RunningCalls& c) {
             return c.cancel({"", "1"});
         },
         {"later", "first", "mcp", "call"}},
        {"another door",
         [](RunningCalls& c) {
             return c.cancel({"mcp", "1"});
         },
         {"mcp"}},
        {"nobody",
         [](RunningCalls& c) {
             return c.cancel({"server", "3"});
         },
         {}},
        {"a task", [](RunningCalls& c) { return c.cancelTask("install"); }, {"other"}},
        {"a call", [](RunningCalls& c) { return c.cancel(3); }, {"call"}},
        {"a call that has ended", [](RunningCalls& c) { return c.cancel(77); }, {}},
        {"all",
         [](RunningCalls& c) {
             return c.stopAll({Code::denied, "x"});
         },
         {"later", "first", "other", "mcp", "call"}},
    };
    const execution::Caller server{.session = "1", .door = "server"};
    for (const auto& row : rows) {
        SCOPED_TRACE(row.what);
        tests::ManualClock clock;
        RunningCalls calls(clock);
        std::vector<std::string> stopped;
        const std::vector<std::shared_ptr<Listed>> listed{
            std::make_shared<Listed>("first", server, stopped, true),
            std::make_shared<Listed>("later", server, stopped, true), std::make_shared<Listed>("call", server, stopped),
            std::make_shared<Listed>("mcp", execution::Caller{.session = "1", .door = "mcp"}, stopped),
            std::make_shared<Listed>("other", execution::Caller{.session = "2", .task = "install", .door = "server"},
                                     stopped)};
        std::vector<RunningCalls::Entry> entries;
        for (const auto& each : listed) {
            entries.push_back(calls.enter(each));
        }
        EXPECT_EQ(row.stop(calls), row.stopped.size());
        EXPECT_EQ(stopped, row.stopped);
    }
}

/// A slot whose plugin gets its calls when it is told to.
class HoldingSlot final : public tests::FakeSlot {
  public:
    explicit HoldingSlot(const tests::FakeSlot& like) : tests::FakeSlot(like.manifest(), {}) {}
    void invoke(std::shared_ptr<hosting::Call> call) override { held.push_back(std::move(call)); }

    std::vector<std::shared_ptr<hosting::Call>> held;
};

class ListedInvocations : public testing::Test {
  protected:
    RunningCall only() {
        const auto list = harness.calls.list();
        EXPECT_EQ(list.calls.size(), 1U);
        return list.calls.empty() ? RunningCall() : list.calls.front();
    }
    Invoked prepared(const std::string& tool = "echo") { return {harness.dispatcher, requestOf(tool)}; }
    Invoked started(const std::string& tool = "echo") {
        Invoked invoked = prepared(tool);
        harness.dispatcher.start(invoked.invocation);
        return invoked;
    }

    const std::shared_ptr<HoldingSlot> slot =
        std::make_shared<HoldingSlot>(*tests::fakeSlot("p", {tests::tool("echo")}, {}));
    tests::ExecutionHarness harness{tests::Slots{slot}};
};

TEST_F(ListedInvocations, showWhereTheyAre) {
    const auto invoked = prepared();
    EXPECT_EQ(only().state, RunningCall::State::checking);
    EXPECT_EQ(only().plugin, "");
    EXPECT_EQ(only().tool, "echo");
    invoked.invocation->start();
    EXPECT_EQ(only().state, RunningCall::State::queued);
    const auto call = slot->held.front();
    EXPECT_EQ(call->request().id, std::to_string(only().id) + ":c7");
    call->begin();
    const auto listed = only();
    EXPECT_EQ(listed.state, RunningCall::State::running);
    EXPECT_EQ(listed.toolType + " " + listed.nameSpace + " " + listed.tool + " " + listed.plugin,
              "action BashExecutor echo p");
    EXPECT_EQ(listed.door + " " + listed.session + " " + listed.agent + " " + listed.callId, "test s LinuxAgent c7");
    EXPECT_EQ(listed.permille, std::nullopt);
    call->reportProgress(250, std::string(199, 'x') + "\u00e9");
    EXPECT_EQ(only().permille, 250U);
    EXPECT_EQ(only().text, std::string(199, 'x'));
    call->reportProgress(300, "");
    EXPECT_EQ(only().text, "");
    EXPECT_EQ(harness.calls.cancel(listed.id), 1U);
    EXPECT_EQ(only().state, RunningCall::State::cancelling);
    call->finish(call->cancelOutcome());
    EXPECT_THAT(harness.calls.list().calls, IsEmpty());
    EXPECT_EQ(harness.calls.cancel(listed.id), 0U);
}

TEST_F(ListedInvocations, failWithWhatTheOperatorSaysWhateverTheirToolSays) {
    for (const bool succeeds : {true, false}) {
        const auto invoked = started();
        const auto call = std::exchange(slot->held, {}).front();
        invoked.invocation->cancel(Code::deadline, "too late");
        EXPECT_EQ(harness.calls.cancel({"test", "s"}), 1U);
        call->finish(succeeds ? hosting::Outcome::success("1") : hosting::Outcome::failure(Code::internal, "x"));
        EXPECT_EQ(invoked.result().outcome.code, Code::cancelled);
        EXPECT_EQ(invoked.result().outcome.error, "cancelled by the operator");
    }
}

TEST_F(ListedInvocations, doNotBeginAfterTheyWereStopped) {
    const auto invoked = prepared();
    EXPECT_EQ(harness.calls.stopAll({Code::denied, "locked"}), 1U);
    invoked.invocation->start();
    EXPECT_EQ(invoked.result().outcome.code, Code::denied);
    EXPECT_EQ(invoked.result().outcome.error, "locked");
    EXPECT_THAT(slot->held, IsEmpty());
    EXPECT_TRUE(harness.calls.empty());
}

TEST_F(ListedInvocations, leaveIfTheyAreNeverStarted) {
    {
        const auto invoked = prepared();
        EXPECT_FALSE(harness.calls.empty());
    }
    EXPECT_TRUE(harness.calls.empty());
}

}  // namespace
