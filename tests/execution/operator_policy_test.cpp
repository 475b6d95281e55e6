// The operator's rules as calls meet them: the lock, read-only, limits, and the lockdown after denials.

#include "execution/operator_policy.h"

#include "tests/support/execution_harness.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace aip;
using namespace std::chrono_literals;
using base::Code;
using execution::InvocationResult;
using execution::LimitRule;
using execution::LimitSettings;
using execution::ToolPattern;
using testing::HasSubstr;
using tests::Invoked;
using tests::requestOf;

admission::ToolManifest annotated(const std::string& name, const std::string& annotations) {
    auto manifest = tests::tool(name);
    manifest.annotations = annotations;
    return manifest;
}

class OperatorPolicies : public testing::Test {
  protected:
    InvocationResult called(const std::string& tool, const std::string& parameters = "{}") {
        const Invoked invoked(harness.dispatcher, requestOf(tool, parameters));
        harness.dispatcher.start(invoked.invocation);
        return invoked.result();
    }
    /// "OK", or the code and the text.
    std::string outcome(const std::string& tool, const std::string& parameters = "{}") {
        const auto result = called(tool, parameters);
        return base::codeName(result.outcome.code) + (result.outcome.ok() ? "" : " " + result.outcome.error);
    }
    static LimitRule denying(const char* pattern) {
        return {.pattern = *ToolPattern::parse(pattern), .section = std::string("limits.") + pattern, .allow = false};
    }

    tests::ManualClock clock;
    tests::TemporaryFolder state;
    execution::RunningCalls ofLock{clock};
    base::TimerQueue timers;
    std::vector<std::function<void()>> later;
    execution::OperatorLock lock{state.path(), ofLock, timers, clock,
                                 [this](std::function<void()> job) { later.push_back(std::move(job)); }};
    execution::OperatorPolicy policy{lock, clock};
    const std::shared_ptr<tests::FakeSlot> slot = tests::fakeSlot(
        "p",
        {tests::tool("echo"), tests::tool("bad"), annotated("reads", R"({"readOnlyHint":true})"),
         annotated("writes", R"({"readOnlyHint":false})"), annotated("odd", R"("readOnlyHint")"),
         annotated("text", R"({"readOnlyHint":"true"})")},
        [](const hosting::Call& call) {
            return call.request().tool == "bad" ? hosting::Outcome::failure(Code::internal, "it broke")
                                                : hosting::Outcome::success(std::string(call.request().parameters));
        });
    tests::ExecutionHarness harness{tests::Slots{slot}, {}, policy};
};

TEST_F(OperatorPolicies, limitNothingUnlessTheyAreTold) {
    EXPECT_EQ(outcome("echo"), "OK");
    EXPECT_EQ(outcome("ecko"),
              "NOT_FOUND Tool 'action::ecko' is not offered: no plugin at work on this device has it; "
              "did you mean 'action::echo'?");
}

TEST_F(OperatorPolicies, denyEveryCallWhileTheDeviceIsLocked) {
    ASSERT_TRUE(lock.lock("maintenance"));
    for (const auto* tool : {"echo", "bad", "ecko"}) {
        const auto result = called(tool);
        EXPECT_EQ(result.by, InvocationResult::By::policy);
        EXPECT_EQ(result.outcome.code, Code::denied);
        EXPECT_EQ(result.outcome.error, "this device is locked by its operator: maintenance");
    }
    EXPECT_EQ(slot->invoked, 0);
    ASSERT_TRUE(lock.unlock());
    EXPECT_EQ(outcome("echo"), "OK");
}

TEST_F(OperatorPolicies, applyLimitsToCalls) {
    LimitRule rate{.pattern = *ToolPattern::parse("BashExecutor"), .section = "limits.BashExecutor"};
    rate.rate = {2, 60s, "2/min"};
    rate.bytesOut = {10, 1h, "10/h"};
    policy.apply({.rules = {rate, denying("*::bad")}});
    EXPECT_EQ(outcome("bad"), "DENIED [limits.*::bad] allow = false");
    EXPECT_EQ(outcome("echo", R"({"a":1})"), "OK");
    EXPECT_EQ(outcome("echo", R"({"a":1})"),
              "EXHAUSTED [limits.BashExecutor] bytes_out = 10/h: the result has 7 bytes, which fit again in 3600 s");
    EXPECT_EQ(outcome("echo"), "EXHAUSTED [limits.BashExecutor] rate = 2/min: it may be called again in 60 s");
    clock.advance(60s);
    EXPECT_EQ(outcome("echo"), "OK");
    policy.apply({});
    EXPECT_EQ(outcome("bad"), "INTERNAL it broke");
}

/// What of a plugin may be called under server.readonly.
struct ReadOnlyRow {
    const char* tool;
    bool ifBelieved;
};

TEST_F(OperatorPolicies, allowOnlyWhatIsKnownToChangeNothing) {
    const ReadOnlyRow rows[] = {{"reads", true}, {"echo", false}, {"writes", false}, {"odd", false}, {"text", false}};
    policy.apply({.readOnly = true});
    for (const auto& row : rows) {
        policy.believe({"another"});
        EXPECT_EQ(outcome(row.tool), "DENIED server.readonly = true: this tool may change something") << row.tool;
        policy.believe({"p"});
        EXPECT_EQ(outcome(row.tool) == "OK", row.ifBelieved) << row.tool;
    }
    policy.apply({.rules = {denying("*::reads")}, .readOnly = true});
    EXPECT_EQ(outcome("reads"), "DENIED [limits.*::reads] allow = false");
}

TEST_F(OperatorPolicies, allowTheCollectionOfDataUnderReadOnly) {
    const auto collector = tests::fakeSlot("c", {tests::tool("look", "Lab", R"({"type":"object"})", "data_collection")},
                                           [](const hosting::Call&) { return hosting::Outcome::success("1"); });
    const execution::LiveRouter router({{"LinuxAgent", "default", {}, {"Lab"}}},
                                       execution::ToolTable::build({collector}));
    execution::RunningCalls calls(clock);
    execution::Dispatcher dispatcher(router, policy, calls, timers, clock, {});
    policy.apply({.readOnly = true});
    const Invoked invoked(dispatcher, requestOf("look"));
    dispatcher.start(invoked.invocation);
    EXPECT_EQ(invoked.result().outcome.json, "1");
}

TEST_F(OperatorPolicies, lockTheDeviceAfterSoManyDenials) {
    LimitRule rare{.pattern = *ToolPattern::parse("*::echo"), .section = "limits.*::echo"};
    rare.rate = {1, 60s, "1/min"};
    policy.apply({.rules = {denying("*::bad"), rare}, .lockdownAfter = execution::Quota{3, 10min, "3/10m"}});
    outcome("bad");
    outcome("bad");
    clock.advance(10min);
    outcome("echo");
    for (int i = 0; i < 5; ++i) {
        EXPECT_THAT(outcome("echo"), HasSubstr("EXHAUSTED")) << "no denial";
    }
    outcome("bad");
    outcome("bad");
    EXPECT_EQ(lock.locked(), std::nullopt);
    EXPECT_EQ(outcome("bad"), "DENIED [limits.*::bad] allow = false");
    EXPECT_EQ(outcome("reads"),
              "DENIED this device is locked by its operator: limits.lockdown_after = 3/10m: so many calls were denied; "
              "the last, of BashExecutor::bad by test: [limits.*::bad] allow = false");
    ASSERT_EQ(later.size(), 1U);
    later.front()();
    EXPECT_TRUE(std::filesystem::exists(state.path() / "operator.lock"));
    ASSERT_TRUE(lock.unlock());
    EXPECT_EQ(outcome("bad"), "DENIED [limits.*::bad] allow = false");
    EXPECT_EQ(outcome("reads"), "OK") << "the denials before the lock are over";
}

TEST_F(OperatorPolicies, giveAPlaceBackWhateverBecomesOfACall) {
    LimitRule one{.pattern = *ToolPattern::parse("*"), .section = "limits.*"};
    one.concurrency = 1;
    policy.apply({.rules = {one}});
    EXPECT_EQ(outcome("echo"), "OK");
    EXPECT_EQ(outcome("bad"), "INTERNAL it broke");
    EXPECT_THAT(outcome("echo", "[]"), HasSubstr("INVALID"));
    {
        const Invoked invoked(harness.dispatcher, requestOf("echo"));
        invoked.invocation->cancel(Code::cancelled, "enough");
        harness.dispatcher.start(invoked.invocation);
        EXPECT_EQ(invoked.result().outcome.code, Code::cancelled);
    }
    EXPECT_EQ(outcome("echo"), "OK");
}

}  // namespace
