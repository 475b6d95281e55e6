#include "control/views.h"
#include "execution/operator_policy.h"
#include "tests/control/harness.h"
#include "tests/support/fake_trail.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

namespace {

using namespace aip::tests;
using aip::base::Code;
using aip::base::Error;
using aip::control::Reply;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::shared_ptr<FakeSlot> tools() {
    return fakeSlot("tools", {tool("echo"), tool("wait"), tool("fail")}, [](aip::hosting::Call& call) {
        const auto& request = call.request();
        if (request.tool == "wait") {
            return call.waitCancelled(std::chrono::seconds(60)) ? call.cancelOutcome()
                                                                : aip::hosting::Outcome::success("1");
        }
        return request.tool == "fail" ? aip::hosting::Outcome::failure(Code::unavailable, "no \"camera\"")
                                      : aip::hosting::Outcome::success(std::string(request.parameters));
    });
}

TEST(ControlApi, passesOnWhatTheAgentFindsOfItself) {
    ControlHarness harness;
    EXPECT_EQ(harness.ask("GET", "/v1/findings").body, R"({"findings":[]})");
    EXPECT_EQ(harness.ask("GET", "/v1/diagnosis").body, R"({"files":{}})");
    EXPECT_EQ(harness.ask("GET", "/v1/findings", {{"x", "y"}}).status, 400);
    EXPECT_EQ(harness.ask("POST", "/v1/diagnosis").status, 405);
}

TEST(ControlApi, refusesWhatItDoesNotKnow) {
    ControlHarness harness;
    EXPECT_EQ(harness.ask("GET", "/v1/nothing").status, 404);
    EXPECT_EQ(harness.ask("GET", "/v1/lock").status, 405);
    EXPECT_EQ(harness.ask("POST", "/v1/status").status, 405);
    const Reply unknown = harness.ask("POST", "/v1/unlock", {{"really", "yes"}});
    EXPECT_EQ(unknown.status, 400);
    EXPECT_THAT(unknown.body, HasSubstr("takes no value 'really'"));
    for (const auto& [path, missing] : {std::pair("/v1/call", "tool"), std::pair("/v1/plugins/restart", "id"),
                                        std::pair("/v1/plugins/revive", "id"), std::pair("/v1/log-level", "level")}) {
        const Reply needed = harness.ask("POST", path);
        EXPECT_EQ(needed.status, 400) << path;
        EXPECT_THAT(needed.body, HasSubstr(std::string(missing) + " is missing"));
        EXPECT_EQ(harness.ask("POST", path, {{missing, ""}}).status, 400) << path;
    }
    EXPECT_TRUE(harness.agent.told().empty());
}

TEST(ControlApi, hasRecordsOfWhatItRefuses) {
    FakeTrail trail;
    ControlHarness harness(Slots{tools()}, trail);
    const Error why(Code::exhausted, "too many");
    EXPECT_EQ(harness.api.refuse({"POST", "/v1/call", {{"tool", "echo"}}, "{}", {1, 2}}, why).status, 429);
    EXPECT_THAT(trail.taken(), ElementsAre("begun echo agent EXHAUSTED", "ended agent EXHAUSTED 0"));
    EXPECT_EQ(harness.api.refuse({"POST", "/v1/reload", {}, "", {1, 2}}, why).status, 429);
    EXPECT_THAT(trail.takenEvents(), ElementsAre(HasSubstr(R"("path":"/v1/reload","status":429)")));
    EXPECT_EQ(harness.api.refuse({"GET", "/v1/watch", {}, "", {1, 2}}, why).status, 429);
    EXPECT_EQ(harness.api.refuse({"GET", "/v1/findings", {}, "", {1, 2}}, why).status, 429);
    EXPECT_EQ(harness.api.refuse({"POST", "/v1/call", {{"\"", "echo"}}, "{}", {1, 2}}, why).status, 400);
    EXPECT_THAT(trail.takenEvents(), testing::IsEmpty());
    harness.execution.dispatcher.close();
    EXPECT_EQ(harness.ask("POST", "/v1/call", {{"tool", "echo"}}).status, 503);
    EXPECT_THAT(trail.taken(), ElementsAre("begun echo agent UNAVAILABLE", "ended agent UNAVAILABLE 0"));
}

TEST(ControlApi, passesOnWhatTheAgentDoes) {
    ControlHarness harness;
    harness.ask("POST", "/v1/reload");
    harness.ask("POST", "/v1/drain");
    harness.ask("POST", "/v1/log-level", {{"level", "debug"}});
    harness.ask("POST", "/v1/request", {{"name", "n"}}, "do it");
    harness.ask("POST", "/v1/plugins/restart", {{"id", "a"}});
    harness.ask("POST", "/v1/plugins/disable", {{"id", "b"}});
    harness.ask("POST", "/v1/plugins/enable", {{"id", "c"}});
    harness.ask("POST", "/v1/plugins/revive", {{"id", "d"}});
    EXPECT_THAT(harness.agent.told(), ElementsAre("reload", "drain", "level debug", "request n: do it", "restart a",
                                                  "disable b", "enable c", "revive d"));
}

TEST(ControlApi, tellsErrorsWithCodeAndStatus) {
    ControlHarness harness;
    harness.agent.answer = Error(Code::notFound, "there is no \"x\"");
    const Reply reply = harness.ask("POST", "/v1/plugins/restart", {{"id", "x"}});
    EXPECT_EQ(reply.status, 404);
    EXPECT_EQ(reply.body, R"({"error":{"code":"NOT_FOUND","text":"there is no \"x\""}})");
    EXPECT_EQ(harness.ask("GET", "/readyz").status, 503);
    EXPECT_EQ(harness.ask("GET", "/healthz").status, 200);
}

TEST(ControlApi, showsTheAgentAndItsTools) {
    ControlHarness harness({tools()});
    EXPECT_EQ(harness.ask("GET", "/v1/status").body,
              R"({"agent":{"version":"1"},"lock":{"locked":false},"pending":0,"calls":{"calls":[],"left_out":0},)"
              R"("plugins":{"plugins":[],"state":"starting"}})");
    EXPECT_THAT(harness.ask("GET", "/v1/tools").body, HasSubstr(R"("name":"echo","namespace":"BashExecutor")"));
    EXPECT_EQ(harness.ask("GET", "/v1/tools", {{"profile", "none"}}).status, 404);
}

TEST(ControlApi, saysThatThePluginsAreNotAdmittedYet) {
    ControlHarness harness;
    EXPECT_EQ(harness.ask("GET", "/v1/plugins").body, R"({"plugins":[],"state":"starting"})");
    ASSERT_TRUE(harness.plugins.replace({}, {}));
    EXPECT_EQ(harness.ask("GET", "/v1/plugins").body, R"({"plugins":[],"state":"admitted"})");
}

TEST(ControlApi, callsNothingBeforeThePluginsAreAdmitted) {
    const aip::execution::LiveRouter none(nullptr);
    ExecutionHarness execution(none);
    ControlHarness harness;
    aip::control::Api api({harness.agent, execution.dispatcher, harness.lock, harness.plugins, execution.clock, 1'000});
    const Reply reply = api.answer({"POST", "/v1/call", {{"tool", "echo"}}, "{}", {1, 2}}, [] { return false; });
    EXPECT_EQ(reply.status, 503);
    EXPECT_THAT(reply.body, HasSubstr("its plugins are not admitted yet"));
}

/// With tools beside those of its manifest.
struct OfferingSlot final : FakeSlot {
    OfferingSlot() : FakeSlot({}, [](aip::hosting::Call&) { return aip::hosting::Outcome::success("1"); }) {}
    std::vector<aip::admission::ToolManifest> dynamicTools() const override {
        return {tool("echo"), tool("more"), tool("more", "Other")};
    }
};

TEST(ControlApi, countsTheToolsThatAPluginOffersNow) {
    const auto slot = std::make_shared<OfferingSlot>();
    aip::plugins::PluginEntry entry;
    entry.id = "dynamic";
    entry.tools = {tool("echo")};
    entry.slot = slot;
    EXPECT_THAT(aip::control::json({{entry}, true}, aip::plugins::ProcessTable::read(), {}), HasSubstr(R"("tools":3)"));
    entry.slot = nullptr;
    EXPECT_THAT(aip::control::json({{entry}, true}, aip::plugins::ProcessTable::read(), {}), HasSubstr(R"("tools":1)"));
}

TEST(ControlApi, marksToolsThatTheOperatorsRulesRefuseNow) {
    ControlHarness lockOf;
    aip::execution::OperatorPolicy policy(lockOf.lock, lockOf.execution.clock);
    const ExecutionHarness execution({tools()}, {}, policy);
    const auto listed = [&] {
        const auto router = execution.dispatcher.router().current();
        const auto offer = router->offerFor({.profile = aip::execution::everyNamespace});
        return aip::control::json((*offer)->tools(), [&](const auto& each) { return policy.wouldAdmit(each); });
    };
    EXPECT_THAT(listed(), Not(HasSubstr("refused")));
    policy.apply({.readOnly = true});
    EXPECT_THAT(listed(), HasSubstr(R"("refused":"server.readonly = true)"));
    policy.apply({.rules = {{.pattern = *aip::execution::ToolPattern::parse("*::echo"),
                             .section = "limits.*::echo",
                             .allow = false}}});
    EXPECT_THAT(listed(), HasSubstr(R"("refused":"[limits.*::echo] allow = false")"));
    policy.apply({});
    ASSERT_TRUE(lockOf.lock.lock("why"));
    EXPECT_THAT(listed(), HasSubstr("locked by its operator: why"));
}

TEST(ControlApi, saysWhatBecomesOfAReload) {
    ControlHarness harness;
    EXPECT_EQ(harness.ask("POST", "/v1/reload").body, R"({"done":true,"needs_restart":["client.id"],"refused":[]})");
    harness.agent.refused = {{"shell", "running", "manifest-invalid: \"x\""}};
    EXPECT_EQ(harness.ask("POST", "/v1/reload").body,
              R"({"done":true,"needs_restart":["client.id"],"refused":[{"plugin":"shell","state":"running",)"
              R"("reason":"manifest-invalid: \"x\""}]})");
    harness.agent.answer = Error(Code::invalid, "everything stays as it is: why");
    const Reply refused = harness.ask("POST", "/v1/reload");
    EXPECT_EQ(refused.status, 400);
    EXPECT_THAT(refused.body, HasSubstr("everything stays as it is: why"));
}

TEST(ControlApi, saysWhetherItWasLocked) {
    ControlHarness harness;
    EXPECT_EQ(harness.ask("POST", "/v1/unlock").body, R"({"done":true,"was_locked":false})");
    EXPECT_EQ(harness.ask("POST", "/v1/lock", {}, "one").body, R"({"done":true,"was_locked":false,"not_ended":0})");
    EXPECT_EQ(harness.ask("POST", "/v1/lock", {}, "two").body, R"({"done":true,"was_locked":true,"not_ended":0})");
    EXPECT_EQ(harness.ask("POST", "/v1/unlock").body, R"({"done":true,"was_locked":true})");
}

TEST(ControlApi, saysHowFarALockHoldsThatCannotBeKept) {
    ControlHarness harness;
    const auto file = harness.folder.path() / "operator.lock";
    ASSERT_TRUE(std::filesystem::create_directory(file));
    Reply reply = harness.ask("POST", "/v1/lock", {}, "why");
    EXPECT_GE(reply.status, 400);
    EXPECT_THAT(reply.body, AllOf(HasSubstr("locked now"), HasSubstr("also after a restart")));
    EXPECT_FALSE(harness.lock.moveTo({}));
    reply = harness.ask("POST", "/v1/lock", {}, "why");
    EXPECT_GE(reply.status, 400);
    EXPECT_THAT(reply.body, AllOf(HasSubstr("only in this process"), HasSubstr("not after a restart")));
    EXPECT_TRUE(harness.lock.locked());
}

TEST(ControlApi, callsTools) {
    ControlHarness harness({tools()});
    const Reply echo = harness.ask("POST", "/v1/call", {{"tool", "echo"}}, R"({"a":1})");
    EXPECT_EQ(echo.status, 200);
    EXPECT_EQ(echo.body, R"({"namespace":"BashExecutor","result":{"a":1}})");
    const Reply fail = harness.ask("POST", "/v1/call", {{"tool", "fail"}});
    EXPECT_EQ(fail.status, 503);
    EXPECT_THAT(fail.body, HasSubstr(R"(no \"camera\")"));
    EXPECT_EQ(harness.ask("POST", "/v1/call", {{"tool", "none"}}).status, 404);
    EXPECT_EQ(harness.ask("POST", "/v1/call", {{"tool", "echo"}}, "not json").status, 400);
    const std::string large = R"({"a":")" + std::string(2'000, 'x') + R"("})";
    EXPECT_THAT(harness.ask("POST", "/v1/call", {{"tool", "echo"}}, large).body, HasSubstr("EXHAUSTED"));
}

/// Each as long as its answer is held.
TEST(ControlApi, boundsTheResultsOfAllCalls) {
    ControlHarness harness({tools()});
    aip::control::Api api{{harness.agent, harness.execution.dispatcher, harness.lock, harness.plugins,
                           harness.execution.clock, 1'000'000, std::make_shared<aip::base::ByteBudget>(150'000)}};
    const auto echo = [&api](std::size_t size) {
        const std::string arguments = R"({"a":")" + std::string(size, 'x') + R"("})";
        return api.answer({"POST", "/v1/call", {{"tool", "echo"}}, arguments, {1, 2}}, [] { return false; });
    };
    std::optional<Reply> first = echo(200'000);
    EXPECT_EQ(first->status, 200);
    const Reply second = echo(200'000);
    EXPECT_EQ(second.status, 429);
    EXPECT_THAT(second.body, HasSubstr("the result has 200008 bytes; those of other calls of operators"));
    EXPECT_EQ(echo(50'000).status, 200);
    first.reset();
    EXPECT_EQ(echo(200'000).status, 200);
}

TEST(ControlApi, cancelsACallWhoseCallerHasGone) {
    ControlHarness harness({tools()});
    const Reply reply = harness.api.answer({"POST", "/v1/call", {{"tool", "wait"}}, "{}", {1, 2}}, [] { return true; });
    EXPECT_EQ(reply.status, 409);
    EXPECT_THAT(reply.body, HasSubstr("the operator has gone"));
}

class CallUnderWay : public testing::Test {
  protected:
    ControlHarness _harness{Slots{tools()}};
    Reply _reply;
    std::thread _caller{[this] { _reply = _harness.ask("POST", "/v1/call", {{"tool", "wait"}}); }};

    CallUnderWay() {
        EXPECT_TRUE(comesTrue([this] {
            return _harness.ask("GET", "/v1/calls").body.find(R"("state":"queued")") != std::string::npos ||
                   _harness.ask("GET", "/v1/calls").body.find(R"("state":"running")") != std::string::npos;
        }));
    }

    std::string id() {
        const std::string body = _harness.ask("GET", "/v1/calls").body;
        const auto begin = body.find("\"id\":") + 5;
        return body.substr(begin, body.find(',', begin) - begin);
    }
};

TEST_F(CallUnderWay, isListedAndCancelled) {
    const std::string calls = _harness.ask("GET", "/v1/calls").body;
    EXPECT_THAT(calls, HasSubstr(R"("tool":"wait")"));
    EXPECT_THAT(calls, HasSubstr(R"("door":"control","session":"uid 1, pid 2")"));
    EXPECT_EQ(_harness.ask("POST", "/v1/cancel", {{"call", "x"}}).status, 400);
    EXPECT_EQ(_harness.ask("POST", "/v1/cancel", {{"call", "999999"}}).status, 404);
    EXPECT_EQ(_harness.ask("POST", "/v1/cancel", {{"call", id()}, {"task", "t"}}).status, 400);
    EXPECT_EQ(_harness.ask("POST", "/v1/cancel", {{"call", id()}}).body, R"({"cancelled":1})");
    _caller.join();
    EXPECT_THAT(_reply.body, HasSubstr("cancelled by the operator"));
}

TEST_F(CallUnderWay, isCancelledByWhateverNameItHas) {
    EXPECT_EQ(_harness.ask("POST", "/v1/cancel", {{"any", "999999"}}).status, 404);
    EXPECT_EQ(_harness.ask("POST", "/v1/cancel", {{"any", "t-5"}}).status, 404);
    EXPECT_EQ(_harness.ask("POST", "/v1/cancel", {{"any", "uid 1, pid 2"}}).body, R"({"cancelled":1})");
    _caller.join();
    EXPECT_THAT(_reply.body, HasSubstr("cancelled by the operator"));
}

TEST_F(CallUnderWay, isCancelledByItsNumberAsAnyName) {
    EXPECT_EQ(_harness.ask("POST", "/v1/cancel", {{"any", id()}}).body, R"({"cancelled":1})");
    _caller.join();
    EXPECT_THAT(_reply.body, HasSubstr("cancelled by the operator"));
}

TEST_F(CallUnderWay, mayEndWhenNoNewOnesAreTaken) {
    _harness.execution.dispatcher.close();
    const Reply late = _harness.ask("POST", "/v1/call", {{"tool", "echo"}});
    EXPECT_EQ(late.status, 503);
    EXPECT_THAT(late.body, HasSubstr("the agent is stopping: it takes no new calls"));
    EXPECT_THAT(_harness.ask("GET", "/v1/calls").body, HasSubstr(R"("tool":"wait")"));
    EXPECT_EQ(_harness.ask("POST", "/v1/cancel", {{"call", id()}}).status, 200);
    _caller.join();
    EXPECT_THAT(_reply.body, HasSubstr("cancelled by the operator"));
}

TEST_F(CallUnderWay, endsWhenTheAgentIsLocked) {
    EXPECT_EQ(_harness.ask("POST", "/v1/lock", {}, "something is wrong").status, 200);
    _caller.join();
    EXPECT_EQ(_reply.status, 403);
    EXPECT_THAT(_reply.body, HasSubstr("something is wrong"));
    EXPECT_THAT(_harness.ask("GET", "/v1/status").body,
                HasSubstr(R"("lock":{"locked":true,"reason":"something is wrong")"));
    EXPECT_EQ(_harness.ask("POST", "/v1/unlock").status, 200);
    EXPECT_THAT(_harness.ask("GET", "/v1/status").body, HasSubstr(R"("lock":{"locked":false})"));
}

}  // namespace
