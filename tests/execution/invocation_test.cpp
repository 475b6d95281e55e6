// One call of a tool ends exactly once, whatever happens, and says who ended it.

#include "execution/invocation.h"

#include "base/json_text.h"
#include "tests/support/execution_harness.h"
#include "tests/support/failing_memory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <new>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace aip;
using namespace std::chrono_literals;
using base::Code;
using execution::Invocation;
using execution::InvocationResult;
using By = InvocationResult::By;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;
using tests::ExecutionHarness;
using tests::Invoked;
using tests::requestOf;

/// "echo" returns its parameters, "bad" fails, "wait" runs until it is cancelled, "stubborn" until it is released,
/// "tells" reports progress.
hosting::Outcome act(hosting::Call& call, const std::shared_future<void>& released) {
    const std::string tool(call.request().tool);
    if (tool == "bad") {
        return hosting::Outcome::failure(Code::unavailable, "it broke");
    }
    if (tool == "wait" && call.waitCancelled(30s)) {
        return call.cancelOutcome();
    }
    if (tool == "stubborn") {
        released.wait_for(30s);
    }
    if (tool == "tells") {
        call.reportProgress(250, "a quarter");
    }
    return hosting::Outcome::success(std::string(call.request().parameters));
}

constexpr auto strictSchema =
    R"({"type":"object","properties":{"size":{"type":"integer"}},"required":["size"],"additionalProperties":false})";

class Invocations : public testing::Test {
  protected:
    ~Invocations() override { release.set_value(); }

    void use(execution::DispatcherSettings settings = {}, execution::Policy& policy = tests::allowAll()) {
        harness.emplace(tests::Slots{slot}, settings, policy);
    }
    Invoked prepared(Invocation::Request request) { return {harness->dispatcher, std::move(request)}; }
    Invoked started(Invocation::Request request) {
        Invoked invoked = prepared(std::move(request));
        harness->dispatcher.start(invoked.invocation);
        return invoked;
    }

    std::promise<void> release;
    const std::shared_ptr<tests::FakeSlot> slot =
        tests::fakeSlot("p",
                        {tests::tool("echo"), tests::tool("bad"), tests::tool("wait"), tests::tool("stubborn"),
                         tests::tool("tells"), tests::tool("strict", "BashExecutor", strictSchema)},
                        [released = release.get_future().share()](hosting::Call& call) { return act(call, released); });
    std::optional<ExecutionHarness> harness;
};

/// A request, and how it ends.
struct EndRow {
    const char* agent;
    const char* tool;
    const char* parameters;
    By by;
    Code code;
    const char* text;  ///< begins with
    const char* nameSpace;
};

const EndRow ends[] = {
    {"LinuxAgent", "echo", R"({"a":1})", By::tool, Code::ok, R"({"a":1})", "BashExecutor"},
    {"LinuxAgent", "strict", R"({"size":3})", By::tool, Code::ok, R"({"size":3})", "BashExecutor"},
    {"LinuxAgent", "strict", R"({"sise":3})", By::schema, Code::invalid, "'s", "BashExecutor"},
    {"LinuxAgent", "echo", "[]", By::schema, Code::invalid, "expected object", "BashExecutor"},
    {"LinuxAgent", "bad", "{}", By::tool, Code::unavailable, "it broke", "BashExecutor"},
    {"LinuxAgent", "ecko", "{}", By::router, Code::notFound, "Tool 'action::ecko' is not offered", ""},
    {"Nobody", "echo", "{}", By::router, Code::notFound, "This device has no profile for agent 'Nobody'", ""},
};

TEST_F(Invocations, endWithACodeAndSayWhoHasEndedThem) {
    use();
    for (const EndRow& row : ends) {
        SCOPED_TRACE(std::string(row.tool) + row.parameters);
        const auto result = started(requestOf(row.tool, row.parameters, "s", row.agent)).result();
        EXPECT_EQ(result.by, row.by);
        EXPECT_EQ(result.outcome.code, row.code);
        EXPECT_THAT(result.outcome.ok() ? result.outcome.json : result.outcome.error, StartsWith(row.text));
        EXPECT_EQ(result.nameSpace.value_or(""), row.nameSpace);
    }
}

TEST_F(Invocations, askTheProfileThatTheCallerNames) {
    const execution::LiveRouter router(
        {{"*", "default", {}, {}, false, "nothing"}, {"LinuxAgent", "default", {"BashExecutor"}, {}, false, "tools"}},
        execution::ToolTable::build({slot}));
    harness.emplace(router);
    auto request = requestOf("echo", "{}", "s", "Nobody");
    request.caller.profile = "tools";
    EXPECT_TRUE(started(request).result().outcome.ok());
    request.caller.profile = "others";
    const auto result = started(request).result();
    EXPECT_EQ(result.by, By::router);
    EXPECT_EQ(result.outcome.error, "This device has no profile 'others'");
}

TEST_F(Invocations, keepWhatTheirViewsPointTo) {
    use();
    auto request = requestOf("wait");
    const std::weak_ptr<const void> owner = request.owner;
    {
        const auto invoked = started(std::exchange(request, {}));
        EXPECT_FALSE(owner.expired());
        invoked.invocation->cancel(Code::cancelled, "enough");
        invoked.result();
    }
    EXPECT_TRUE(tests::comesTrue([&] { return owner.expired(); }));
}

TEST_F(Invocations, thatAreCancelledBeforeTheyStartAskNoTool) {
    use();
    const auto invoked = prepared(requestOf("echo"));
    invoked.invocation->cancel(Code::cancelled, "the first reason");
    invoked.invocation->cancel(Code::deadline, "the second");
    EXPECT_EQ(invoked.ends(), 0);
    invoked.invocation->start();
    EXPECT_EQ(invoked.result().by, By::agent);
    EXPECT_EQ(invoked.result().outcome.code, Code::cancelled);
    EXPECT_EQ(invoked.result().outcome.error, "the first reason");
    EXPECT_EQ(slot->invoked, 0);
    invoked.invocation->cancel(Code::cancelled, "too late");
    EXPECT_EQ(invoked.ends(), 1);
}

TEST_F(Invocations, areCancelledWhileTheToolRuns) {
    use();
    const auto invoked = started(requestOf("wait"));
    invoked.invocation->cancel(Code::cancelled, "enough");
    EXPECT_EQ(invoked.result().by, By::tool);
    EXPECT_EQ(invoked.result().outcome.code, Code::cancelled);
    EXPECT_EQ(invoked.result().outcome.error, "enough");
    EXPECT_EQ(slot->cancels, 1);
}

TEST_F(Invocations, endWithoutAToolThatDoesNotReturn) {
    use({.cancelGrace = 1h});
    const auto invoked = started(requestOf("stubborn"));
    invoked.invocation->cancel(Code::cancelled, "enough");
    EXPECT_EQ(invoked.ends(), 0);
    invoked.invocation->cancel(Code::cancelled, "now", 0ms);
    EXPECT_EQ(invoked.result().outcome.error, "enough");
    EXPECT_TRUE(tests::comesTrue([&] { return slot->abandoned == 1; }));
}

/// The lock gives less time than a cancel that came before it.
TEST_F(Invocations, endSoonerIfTheyAreStoppedAgainWithLessGrace) {
    use({.cancelGrace = 1h});
    const auto invoked = started(requestOf("stubborn"));
    invoked.invocation->stop({Code::cancelled, "cancelled"}, {});
    EXPECT_EQ(invoked.ends(), 0);
    invoked.invocation->stop({Code::denied, "locked"}, 0ms);
    EXPECT_EQ(invoked.result().outcome.error, "cancelled");
    EXPECT_TRUE(tests::comesTrue([&] { return slot->abandoned == 1; }));
    invoked.invocation->stop({Code::denied, "locked"}, 0ms);
    EXPECT_EQ(slot->cancels, 2);
}

/// The tool's limit, the caller's, and whether the call is cancelled for its time.
struct TimeRow {
    std::chrono::milliseconds tool;
    std::optional<std::chrono::milliseconds> caller;
};

TEST_F(Invocations, endAtTheEarlierOfTheToolsTimeAndTheCallers) {
    for (const TimeRow& row : {TimeRow{1ms, {}}, TimeRow{1ms, 1h}, TimeRow{1h, 1ms}}) {
        use({.toolTimeout = row.tool});
        auto request = requestOf("wait");
        request.limits.timeout = row.caller;
        EXPECT_EQ(started(std::move(request)).result().outcome.code, Code::deadline);
    }
}

TEST_F(Invocations, failWithAResultThatTheirCallerDoesNotTake) {
    use();
    for (const std::size_t limit : {7U, 6U}) {
        auto request = requestOf("echo", R"({"a":1})");
        request.limits.answer = limit;
        const auto result = started(std::move(request)).result();
        EXPECT_EQ(result.outcome.code, limit == 7 ? Code::ok : Code::exhausted);
        EXPECT_EQ(result.outcome.error, limit == 7 ? "" : "the result has 7 bytes; its caller takes at most 6");
        EXPECT_EQ(result.outcome.json.empty(), limit == 6);
    }
}

TEST_F(Invocations, passTheProgressOn) {
    use();
    base::Guarded<std::vector<std::string>> heard;
    auto request = requestOf("tells");
    request.progress = [&heard](std::uint32_t permille, std::string_view text) {
        heard.with([&](auto& lines) { lines.push_back(std::to_string(permille) + " " + std::string(text)); });
    };
    EXPECT_TRUE(started(std::move(request)).result().outcome.ok());
    EXPECT_THAT(heard.with([](const auto& lines) { return lines; }), ElementsAre("250 a quarter"));
}

/// Refuses one tool, and counts what it hears of the others.
class Counting final : public execution::Policy {
  public:
    struct Heard {
        std::vector<std::string> asked{};
        std::vector<std::string> ended{};
        int open = 0;
    };

    execution::Admission admit(const execution::Caller& caller, const execution::Tool& tool,
                               std::string_view parameters) override {
        heard.with([&](Heard& all) {
            const auto [door, id] = caller.sessionKey();
            all.asked.push_back(std::string(door) + "/" + std::string(id) + " " + tool.manifest.name +
                                std::string(parameters));
        });
        if (tool.manifest.name == "bad") {
            return base::Error(Code::exhausted, "limits.bad: 0 a minute");
        }
        heard.with([](Heard& all) { ++all.open; });
        return std::unique_ptr<execution::Permit>(std::make_unique<Counted>(heard));
    }

    base::Guarded<Heard> heard;

  private:
    class Counted final : public execution::Permit {
      public:
        explicit Counted(base::Guarded<Heard>& heard) : _heard(heard) {}
        ~Counted() override {
            _heard.with([](Heard& all) { --all.open; });
        }
        base::Result<void> ended(const execution::Usage& usage) override {
            EXPECT_GE(usage.duration.count(), 0);
            _heard.with([&](Heard& all) {
                all.ended.push_back(base::codeName(usage.code) + " " + std::to_string(usage.bytes));
            });
            return {};
        }

      private:
        base::Guarded<Heard>& _heard;
    };
};

TEST_F(Invocations, areRefusedByThePolicyWithItsCodeAndText) {
    Counting policy;
    use({}, policy);
    const auto result = started(requestOf("bad", R"({"a":1})", "s9")).result();
    EXPECT_EQ(result.by, By::policy);
    EXPECT_EQ(result.outcome.code, Code::exhausted);
    EXPECT_EQ(result.outcome.error, "limits.bad: 0 a minute");
    EXPECT_EQ(slot->invoked, 0);
    EXPECT_THAT(policy.heard.with([](const auto& all) { return all.asked; }), ElementsAre(R"(test/s9 bad{"a":1})"));
}

TEST(SessionKey, tellsSessionsOfTheSameIdApartByTheirDoors) {
    const execution::Caller server{.session = "1", .door = "server"};
    const execution::Caller other{.session = "1", .door = "mcp"};
    EXPECT_NE(server.sessionKey(), other.sessionKey());
    EXPECT_EQ(server.sessionKey(), (execution::SessionKey{"server", "1"}));
}

TEST_F(Invocations, tellThePolicyOfEachEndBeforeTheCaller) {
    Counting policy;
    use({}, policy);
    const auto endedAfter = [&](const Invoked& invoked) {
        invoked.result();
        return policy.heard.with([](const auto& all) { return all.open == 0 ? all.ended.back() : "too late"; });
    };
    EXPECT_EQ(endedAfter(started(requestOf("echo", R"({"a":1})"))), "OK 7");
    EXPECT_EQ(endedAfter(started(requestOf("strict"))), "INVALID 0");
    const auto waiting = started(requestOf("wait"));
    EXPECT_EQ(policy.heard.with([](const auto& all) { return all.open; }), 1);
    waiting.invocation->cancel(Code::cancelled, "enough");
    EXPECT_EQ(endedAfter(waiting), "CANCELLED 6");
    EXPECT_EQ(policy.heard.with([](const auto& all) { return all.ended.size(); }), 3U);
}

TEST_F(Invocations, thatAreLargeAreCheckedByAWorker) {
    struct Noting final : execution::Policy {
        execution::Admission admit(const execution::Caller&, const execution::Tool&, std::string_view) override {
            thread = std::this_thread::get_id();
            return std::unique_ptr<execution::Permit>();
        }
        std::thread::id thread;
    };
    Noting policy;
    use({}, policy);
    for (const std::size_t size : {execution::Dispatcher::inlineSize, execution::Dispatcher::inlineSize + 1}) {
        const std::string parameters = "{" + std::string(size - 2, ' ') + "}";
        EXPECT_TRUE(started(requestOf("echo", parameters)).result().outcome.ok());
        EXPECT_EQ(policy.thread == std::this_thread::get_id(), size == execution::Dispatcher::inlineSize);
    }
}

/// Takes the call and throws; `finishes`: after the call has ended.
class ThrowingSlot final : public tests::FakeSlot {
  public:
    ThrowingSlot(const tests::FakeSlot& like, bool finishes)
        : tests::FakeSlot(like.manifest(), {}), _finishes(finishes) {}
    void invoke(std::shared_ptr<hosting::Call> call) override {
        if (_finishes) {
            call->finish(hosting::Outcome::success("1"));
        }
        throw std::bad_alloc();
    }

  private:
    const bool _finishes;
};

TEST_F(Invocations, endOnceIfTheirSlotThrows) {
    for (const bool finishes : {false, true}) {
        harness.emplace(tests::Slots{std::make_shared<ThrowingSlot>(*slot, finishes)});
        const auto invoked = started(requestOf("echo"));
        EXPECT_EQ(invoked.ends(), 1);
        EXPECT_EQ(invoked.result().outcome.code, finishes ? Code::ok : Code::exhausted);
    }
}

TEST_F(Invocations, endOnceWhileTheyAreCancelledAndTheirTimeIsOver) {
    use({.toolTimeout = 1ms, .cancelGrace = 0ms});
    std::vector<Invoked> all;
    for (int i = 0; i < 300; ++i) {
        all.push_back(prepared(requestOf(i % 3 == 0 ? "wait" : "echo")));
    }
    std::thread canceller([&all] {
        for (const auto& each : all) {
            each.invocation->cancel(Code::cancelled, "enough");
        }
    });
    for (const auto& each : all) {
        each.invocation->start();
    }
    canceller.join();
    for (const auto& each : all) {
        each.result();
    }
    for (const auto& each : all) {
        EXPECT_EQ(each.ends(), 1);
    }
}

/// Counts ends; allocates nothing.
struct Ends {
    std::atomic<int> count{0};
};

/// Whether that many allocations were made.
bool endsOnceWithout(execution::Dispatcher& dispatcher, const std::string& tool, std::size_t failing) {
    Ends counted;
    const auto invocation =
        dispatcher.prepare(requestOf(tool, R"({"a":1})"), [&counted](const InvocationResult&) { ++counted.count; });
    tests::failAllocation(failing);
    invocation->start();
    const bool reached = tests::allocationHasFailed();
    tests::failAllocation(0);
    EXPECT_TRUE(tests::comesTrue([&] { return counted.count == 1; })) << failing;
    EXPECT_TRUE(tests::comesTrue([&] { return invocation.use_count() == 1; })) << failing;
    EXPECT_EQ(counted.count, 1) << failing;
    return reached;
}

TEST_F(Invocations, endOnceWhateverAllocationFails) {
    use({.toolTimeout = 20ms, .cancelGrace = 20ms});
    for (const char* tool : {"echo", "wait", "strict", "ecko"}) {
        for (std::size_t failing = 1; endsOnceWithout(harness->dispatcher, tool, failing); ++failing) {
        }
    }
}

}  // namespace
