// A task that the server refuses, or runs under another session id.

#include "tests/lifecycle/session_harness.h"

using namespace aip;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;
using tests::SessionHarness;

namespace {

void order(SessionHarness& harness, const std::string& name, const std::string& session) {
    harness.channel.receive(R"({"type":"task","status":"continue","user_request":"go","task_name":")" + name +
                            R"(","session_id":")" + session + R"("})");
}

void expectTaken(SessionHarness& harness, const std::string& name, const std::string& session) {
    order(harness, name, session);
    EXPECT_THAT(harness.channel.next(), AllOf(StartsWith(R"({"type":"task")"), HasSubstr('"' + name + '"')));
}

void expectRefused(SessionHarness& harness, const std::string& name, const std::string& text) {
    order(harness, name, "other");
    EXPECT_THAT(harness.channel.next(), AllOf(StartsWith(R"({"type":"error")"), HasSubstr(text)));
}

}  // namespace

TEST(SessionTask, anErrorInAnswerToItEndsIt) {
    for (const char* error : {R"({"type":"error","status":"error","error":"no session"})",
                              R"({"type":"error","status":"error","error":null,"session_id":"s1"})",
                              R"({"type":"error","status":"error"})", R"({"type":"error","status":7})"}) {
        SessionHarness harness;
        harness.registerDevice();
        expectTaken(harness, "t1", "s1");
        harness.channel.receive(error);
        expectTaken(harness, "t2", "s2");
    }
}

TEST(SessionTask, anErrorInAnswerToOneThatWeAskedForEndsIt) {
    SessionHarness harness;
    harness.registerDevice();
    harness.session.requestTask("do it", "mine");
    EXPECT_THAT(harness.channel.next(), HasSubstr(R"("task_name":"mine")"));
    harness.channel.receive(R"({"type":"error","status":"error","error":"no"})");
    expectTaken(harness, "t2", "s2");
}

TEST(SessionTask, anEchoOfOurErrorIsNoAnswerToIt) {
    SessionHarness harness;
    harness.registerDevice();
    expectTaken(harness, "t1", "s1");
    expectRefused(harness, "t2", "'t1' is running");
    for (int i = 0; i < 2; ++i) {
        harness.channel.receive(
            R"({"type":"error","status":"error","error":"Task 't2' refused: task 't1' is running"})");
    }
    expectRefused(harness, "t3", "'t1' is running");
}

TEST(SessionTask, anErrorAfterItsFirstCommandDoesNotEndIt) {
    SessionHarness harness;
    harness.registerDevice();
    expectTaken(harness, "t1", "s1");
    harness.command("noop", "s1");
    EXPECT_THAT(harness.channel.next(), HasSubstr("command_results"));
    harness.channel.receive(R"({"type":"error","status":"error","error":"boom"})");
    expectRefused(harness, "t2", "'t1' is running");
}

TEST(SessionTask, theEndOfAnEarlierOneMayComeOnTheNextConnection) {
    SessionHarness harness;
    harness.registerDevice();
    expectTaken(harness, "t1", "s1");
    harness.channel.closed({});
    harness.pass(std::chrono::seconds(61));
    harness.registerDevice();
    expectTaken(harness, "t2", "s2");
    harness.channel.receive(R"({"type":"task_end","status":"failed","session_id":"s1"})");
    expectRefused(harness, "t3", "'t2' is running");
}

TEST(SessionTask, endsWithTheSessionThatTheServerMadeForIt) {
    SessionHarness harness;
    harness.registerDevice();
    expectTaken(harness, "t1", "s1");
    harness.channel.receive(R"({"type":"heartbeat","status":"ok","session_id":"made-up"})");
    harness.command("noop", "made-up");
    EXPECT_THAT(harness.channel.next(), HasSubstr("command_results"));
    harness.channel.receive(R"({"type":"task_end","status":"completed","session_id":"made-up"})");
    expectTaken(harness, "t2", "s2");
}

TEST(SessionTask, isToldWhenItBeginsAndEnds) {
    SessionHarness harness;
    harness.registerDevice();
    expectTaken(harness, "t1", "s1");
    EXPECT_EQ(harness.heard(), "+t1");
    expectRefused(harness, "t2", "'t1' is running");
    harness.command("noop", "s1");
    EXPECT_THAT(harness.channel.next(), HasSubstr("command_results"));
    harness.channel.receive(R"({"type":"task_end","status":"completed","session_id":"s1"})");
    expectTaken(harness, "t2", "s2");
    harness.channel.receive(R"({"type":"error","status":"error","error":"no"})");
    expectTaken(harness, "t3", "s3");
    harness.command("noop", "s3", "completed");
    EXPECT_THAT(harness.channel.next(), HasSubstr("command_results"));
    EXPECT_EQ(harness.heard(), "+t1 -t1 +t2 -t2 +t3 -t3");
}

TEST(SessionTask, isToldToEndAfterItsCommands) {
    SessionHarness harness;
    harness.registerDevice();
    expectTaken(harness, "t1", "s1");
    harness.command("release", "s1");
    harness.channel.receive(R"({"type":"task_end","status":"completed","session_id":"s1"})");
    expectTaken(harness, "t2", "s2");
    EXPECT_EQ(harness.heard(), "+t1 +t2");
    harness.released.set_value();
    EXPECT_THAT(harness.channel.next(), HasSubstr("command_results"));
    harness.allAnswered();
    EXPECT_EQ(harness.heard(), "+t1 +t2 -t1");
}

TEST(SessionTask, isToldToEndWithTheConnection) {
    SessionHarness harness;
    harness.registerDevice();
    expectTaken(harness, "t1", "s1");
    harness.channel.closed({});
    EXPECT_EQ(harness.heard(), "+t1 -t1");
}
