#include "tests/lifecycle/session_harness.h"

using namespace aip;
using namespace std::chrono_literals;
using tests::accepted;
using Bench = tests::SessionHarness;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

TEST(SessionCommands, answersACommand) {
    Bench bench;
    bench.registerDevice();
    bench.command("noop");
    EXPECT_THAT(
        bench.channel.next(),
        AllOf(
            StartsWith(R"({"type":"command_results","status":"continue")"), HasSubstr(R"("session_id":"s1")"),
            HasSubstr(R"("prev_response_id":"r-noop")"),
            HasSubstr(
                R"([{"status":"success","error":null,"result":{"ok":true},"namespace":"BashExecutor","call_id":"c"}])")));
}

TEST(SessionCommands, startsATaskAndCarriesItsSessionBack) {
    Bench bench;
    bench.registerDevice();
    bench.channel.receive(
        R"({"type":"task","status":"continue","user_request":"go","task_name":"t1","session_id":"s9"})");
    EXPECT_THAT(bench.channel.next(),
                AllOf(StartsWith(R"({"type":"task","status":"continue")"), HasSubstr(R"("session_id":"s9")"),
                      HasSubstr(R"("task_name":"t1")"), HasSubstr(R"("request":"go")"),
                      HasSubstr(R"("metadata":{"platform":"linux"})")));
}

TEST(SessionCommands, refusesASecondTaskAndNamesTheFirst) {
    Bench bench;
    bench.registerDevice();
    bench.channel.receive(R"({"type":"task","status":"continue","task_name":"t1","session_id":"s1"})");
    EXPECT_THAT(bench.channel.next(), HasSubstr("\"t1\""));
    bench.channel.receive(R"({"type":"task","status":"continue","task_name":"t2","session_id":"s2"})");
    EXPECT_THAT(bench.channel.next(), AllOf(StartsWith(R"({"type":"error")"), HasSubstr("'t1' is running")));
    bench.channel.receive(R"({"type":"task_end","status":"completed","session_id":"s1"})");
    bench.channel.receive(R"({"type":"task","status":"continue","task_name":"t3","session_id":"s3"})");
    EXPECT_THAT(bench.channel.next(), HasSubstr("\"t3\""));
}

TEST(SessionCommands, aCommandWithStatusCompletedEndsTheTaskAfterItsAnswer) {
    Bench bench;
    bench.registerDevice();
    bench.channel.receive(R"({"type":"task","status":"continue","task_name":"t1","session_id":"s1"})");
    EXPECT_THAT(bench.channel.next(), HasSubstr("\"t1\""));
    bench.command("noop", "s1", "completed");
    EXPECT_THAT(bench.channel.next(), StartsWith(R"({"type":"command_results","status":"completed")"));
    bench.channel.receive(R"({"type":"task","status":"continue","task_name":"t2","session_id":"s2"})");
    EXPECT_THAT(bench.channel.next(), StartsWith(R"({"type":"task")"));
}

TEST(SessionCommands, theEndOfATaskCancelsWhatRuns) {
    Bench bench;
    bench.registerDevice();
    bench.command("wait");
    bench.channel.receive(R"({"type":"task_end","status":"failed","session_id":"s1","error":"enough"})");
    EXPECT_THAT(bench.channel.next(), AllOf(HasSubstr(R"("status":"failure")"), HasSubstr("the task has ended")));
}

TEST(SessionCommands, hearsTheServerWhileACommandRuns) {
    Bench bench;
    bench.registerDevice();
    bench.command("wait", "s1");
    bench.command("noop", "s2");
    EXPECT_THAT(bench.channel.next(), HasSubstr(R"("session_id":"s2")"));
    bench.pass(30s);
    EXPECT_THAT(bench.channel.next(), HasSubstr(R"("type":"heartbeat")"));
}

TEST(SessionCommands, cancelsAndForgetsWhatALostConnectionWasTold) {
    Bench bench;
    bench.registerDevice();
    bench.command("wait", "old");
    bench.channel.closed({});
    bench.pass(61s);
    bench.registerDevice();
    bench.command("noop", "new");
    EXPECT_THAT(bench.channel.next(), HasSubstr(R"("session_id":"new")"));
    EXPECT_EQ(bench.slot->invoked, 2);
}

TEST(SessionCommands, executesACommandThatComesTwiceOnce) {
    Bench bench;
    bench.registerDevice();
    bench.command("noop");
    const std::string answer = bench.channel.next();
    bench.command("noop");
    EXPECT_EQ(bench.channel.next(), answer);
    EXPECT_EQ(bench.slot->invoked, 1);
}

TEST(SessionCommands, answersACommandThatComesAgainWhileItRunsOnce) {
    Bench bench;
    bench.registerDevice();
    bench.command("wait");
    bench.command("wait");
    bench.channel.receive(R"({"type":"task_end","status":"failed","session_id":"s1"})");
    EXPECT_THAT(bench.channel.next(), HasSubstr("r-wait"));
    bench.command("noop", "s2");
    EXPECT_THAT(bench.channel.next(), HasSubstr("r-noop"));
    EXPECT_EQ(bench.slot->invoked, 2);
}

TEST(SessionCommands, goesOnWithoutAConnectionAndAnswersOnTheNext) {
    auto settings = tests::quickSession();
    settings.onDisconnect = lifecycle::OnDisconnect::finish;
    Bench bench(settings);
    bench.registerDevice();
    bench.command("release", "s1");
    bench.channel.settle();
    bench.channel.closed({});
    bench.channel.settle();
    bench.released.set_value();
    bench.answered(1);
    bench.pass(61s);
    bench.registerDevice();
    EXPECT_THAT(bench.channel.next(), AllOf(HasSubstr("r-release"), HasSubstr("\"released\"")));
}

TEST(SessionCommands, givesAnAnswerAgainUntilAHeartbeatConfirmsIt) {
    auto settings = tests::quickSession();
    settings.onDisconnect = lifecycle::OnDisconnect::finish;
    Bench bench(settings);
    bench.registerDevice();
    bench.command("noop");
    const std::string answer = bench.channel.next();
    bench.channel.closed({});
    bench.pass(61s);
    bench.registerDevice();
    EXPECT_EQ(bench.channel.next(), answer);
    bench.pass(30s);
    EXPECT_THAT(bench.channel.next(), HasSubstr(R"("type":"heartbeat")"));
    bench.channel.receive(accepted);
    bench.channel.closed({});
    bench.pass(61s);
    bench.registerDevice();
    bench.command("noop", "s2");
    EXPECT_THAT(bench.channel.next(), HasSubstr(R"("session_id":"s2")"));
}

TEST(SessionCommands, refusesWorkWhileTheServerTakesNothing) {
    auto settings = tests::quickSession();
    settings.maxQueueSize = 1'000;
    Bench bench(settings);
    bench.registerDevice();
    bench.channel.congestion = 1'001;
    bench.command("noop");
    EXPECT_THAT(bench.channel.next(), AllOf(HasSubstr("failure"), HasSubstr("wait for the server to take them")));
    EXPECT_EQ(bench.slot->invoked, 0);
    bench.channel.congestion = 999;
    bench.command("noop", "s2");
    EXPECT_THAT(bench.channel.next(), AllOf(HasSubstr("failure"), HasSubstr("999 of others")));
    EXPECT_EQ(bench.slot->invoked, 1);
    bench.channel.congestion = 0;
    bench.command("noop", "s3");
    EXPECT_THAT(bench.channel.next(), HasSubstr("success"));
}

TEST(SessionCommands, leavesAServerThatOnlyAsks) {
    auto settings = tests::quickSession();
    settings.maxQueueSize = 1'000;
    Bench bench(settings);
    bench.registerDevice();
    bench.channel.congestion = 100UL << 20U;
    bench.command("noop");
    EXPECT_THAT(bench.channel.next(), HasSubstr("failure"));
    EXPECT_EQ(bench.channel.next(), "abort");
}

TEST(SessionCommands, answersWhatItDoesNotUnderstand) {
    Bench bench;
    bench.registerDevice();
    bench.channel.receive("hello");
    EXPECT_THAT(bench.channel.next(),
                AllOf(StartsWith(R"({"type":"error","status":"error")"), HasSubstr("not valid JSON")));
    bench.channel.receive(R"({"type":"command","response_id":"r-7","actions":[]})");
    EXPECT_THAT(bench.channel.next(), AllOf(HasSubstr("status: is missing"), HasSubstr("r-7")));
    bench.channel.receive(R"({"type":"device_info_response","status":"ok"})");
    EXPECT_THAT(bench.channel.next(), HasSubstr("Unexpected message"));
}

TEST(SessionCommands, neverAnswersAnError) {
    Bench bench;
    bench.registerDevice();
    bench.channel.receive(R"({"type":"error","status":"error","error":"boom"})");
    bench.channel.receive(R"({"type":"error","status":7})");
    bench.command("noop");
    EXPECT_THAT(bench.channel.next(), StartsWith(R"({"type":"command_results")"));
}

TEST(SessionCommands, describesTheDeviceWhenAsked) {
    Bench bench;
    bench.registerDevice();
    bench.channel.receive(R"({"type":"device_info_request","status":"ok","response_id":"r-5"})");
    EXPECT_THAT(bench.channel.next(), AllOf(StartsWith(R"({"type":"device_info_response","status":"ok")"),
                                            HasSubstr(R"("prev_response_id":"r-5")"),
                                            HasSubstr(R"("metadata":{"device_id":"dev1","hostname":"h")")));
}

TEST(SessionCommands, asksForATaskOnceItIsRegistered) {
    Bench bench;
    bench.session.requestTask("do it", "mine");
    bench.connect();
    bench.channel.receive(accepted);
    EXPECT_THAT(bench.channel.next(), AllOf(StartsWith(R"({"type":"task","status":"continue")"),
                                            HasSubstr(R"("session_id":null,"task_name":"mine")")));
}
