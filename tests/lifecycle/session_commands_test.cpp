#include "tests/lifecycle/session_harness.h"
#include "tests/support/failing_memory.h"

#include <atomic>

using namespace aip;
using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;
using tests::accepted;
using tests::SessionHarness;

TEST(SessionCommands, answersACommand) {
    SessionHarness harness;
    harness.registerDevice();
    harness.command("noop");
    EXPECT_THAT(
        harness.channel.next(),
        AllOf(
            StartsWith(R"({"type":"command_results","status":"continue")"), HasSubstr(R"("session_id":"s1")"),
            HasSubstr(R"("prev_response_id":"r-noop")"),
            HasSubstr(
                R"([{"status":"success","error":null,"result":{"ok":true},"namespace":"BashExecutor","call_id":"c"}])")));
}

TEST(SessionCommands, answersInThePlaceOfTheThreadThatWaits) {
    SessionHarness harness;
    harness.registerDevice();
    harness.command("release");
    harness.channel.waitIdle();
    harness.released.set_value();
    EXPECT_THAT(harness.channel.next(), HasSubstr("released"));
    harness.allAnswered();
    EXPECT_EQ(harness.channel.stoodIn, 1);
}

TEST(SessionCommands, anAnswerDoesNotOvertakeWhatWaitsForTheThread) {
    SessionHarness harness;
    harness.registerDevice();
    harness.command("release");
    harness.channel.waitIdle();
    harness.channel.hear(false);
    harness.session.requestTask("go", "t1");
    harness.released.set_value();
    EXPECT_TRUE(tests::comesTrue([&] { return harness.agent.dispatcher().pending() == 0; }));
    harness.channel.hear(true);
    EXPECT_THAT(harness.channel.next(), StartsWith(R"({"type":"task")"));
    EXPECT_THAT(harness.channel.next(), HasSubstr("released"));
    EXPECT_EQ(harness.channel.stoodIn, 0);
}

TEST(SessionCommands, answersInThePlaceOfTheThreadOnlyWhileItListens) {
    SessionHarness harness;
    harness.registerDevice();
    harness.command("release");
    harness.channel.waitIdle();
    harness.session.stop();
    harness.channel.waitIdle();
    harness.released.set_value();
    EXPECT_THAT(harness.channel.next(), HasSubstr("released"));
    EXPECT_EQ(harness.channel.next(), "close 1001");
    EXPECT_EQ(harness.channel.stoodIn, 0);
}

TEST(SessionCommands, startsATaskAndCarriesItsSessionBack) {
    SessionHarness harness;
    harness.registerDevice();
    harness.channel.receive(
        R"({"type":"task","status":"continue","user_request":"go","task_name":"t1","session_id":"s9"})");
    EXPECT_THAT(harness.channel.next(),
                AllOf(StartsWith(R"({"type":"task","status":"continue")"), HasSubstr(R"("session_id":"s9")"),
                      HasSubstr(R"("task_name":"t1")"), HasSubstr(R"("request":"go")"),
                      HasSubstr(R"("metadata":{"platform":"linux"})")));
}

TEST(SessionCommands, refusesASecondTaskAndNamesTheFirst) {
    SessionHarness harness;
    harness.registerDevice();
    harness.channel.receive(R"({"type":"task","status":"continue","task_name":"t1","session_id":"s1"})");
    EXPECT_THAT(harness.channel.next(), HasSubstr("\"t1\""));
    harness.channel.receive(R"({"type":"task","status":"continue","task_name":"t2","session_id":"s2"})");
    EXPECT_THAT(harness.channel.next(), AllOf(StartsWith(R"({"type":"error")"), HasSubstr("'t1' is running")));
    harness.channel.receive(R"({"type":"task_end","status":"completed","session_id":"s1"})");
    harness.channel.receive(R"({"type":"task","status":"continue","task_name":"t3","session_id":"s3"})");
    EXPECT_THAT(harness.channel.next(), HasSubstr("\"t3\""));
}

TEST(SessionCommands, aCommandWithStatusCompletedEndsTheTaskAfterItsAnswer) {
    SessionHarness harness;
    harness.registerDevice();
    harness.channel.receive(R"({"type":"task","status":"continue","task_name":"t1","session_id":"s1"})");
    EXPECT_THAT(harness.channel.next(), HasSubstr("\"t1\""));
    harness.command("noop", "s1", "completed");
    EXPECT_THAT(harness.channel.next(), StartsWith(R"({"type":"command_results","status":"completed")"));
    harness.channel.receive(R"({"type":"task","status":"continue","task_name":"t2","session_id":"s2"})");
    EXPECT_THAT(harness.channel.next(), StartsWith(R"({"type":"task")"));
}

TEST(SessionCommands, theEndOfATaskCancelsWhatRuns) {
    SessionHarness harness;
    harness.registerDevice();
    harness.command("wait");
    harness.channel.receive(R"({"type":"task_end","status":"failed","session_id":"s1","error":"enough"})");
    EXPECT_THAT(harness.channel.next(), AllOf(HasSubstr(R"("status":"failure")"), HasSubstr("the task has ended")));
}

TEST(SessionCommands, hearsTheServerWhileACommandRuns) {
    SessionHarness harness;
    harness.registerDevice();
    harness.command("wait", "s1");
    harness.command("noop", "s2");
    EXPECT_THAT(harness.channel.next(), HasSubstr(R"("session_id":"s2")"));
    harness.pass(30s);
    EXPECT_THAT(harness.channel.next(), HasSubstr(R"("type":"heartbeat")"));
}

TEST(SessionCommands, answersWhatALostConnectionCancelledOnTheNext) {
    SessionHarness harness;
    harness.registerDevice();
    harness.command("wait", "old");
    harness.channel.closed({});
    harness.allAnswered();
    harness.pass(61s);
    harness.registerDevice();
    EXPECT_THAT(harness.channel.next(), AllOf(HasSubstr(R"("session_id":"old")"), HasSubstr(R"("status":"failure")"),
                                              HasSubstr("the connection to the server was lost")));
    harness.command("noop", "new");
    EXPECT_THAT(harness.channel.next(), HasSubstr(R"("session_id":"new")"));
    EXPECT_EQ(harness.slot->invoked, 2);
}

TEST(SessionCommands, executesACommandThatComesTwiceOnce) {
    SessionHarness harness;
    harness.registerDevice();
    harness.command("noop");
    const std::string answer = harness.channel.next();
    harness.command("noop");
    EXPECT_EQ(harness.channel.next(), answer);
    EXPECT_EQ(harness.slot->invoked, 1);
}

TEST(SessionCommands, answersACommandThatComesAgainWhileItRunsOnce) {
    SessionHarness harness;
    harness.registerDevice();
    harness.command("wait");
    harness.command("wait");
    harness.channel.receive(R"({"type":"task_end","status":"failed","session_id":"s1"})");
    EXPECT_THAT(harness.channel.next(), HasSubstr("r-wait"));
    harness.command("noop", "s2");
    EXPECT_THAT(harness.channel.next(), HasSubstr("r-noop"));
    EXPECT_EQ(harness.slot->invoked, 2);
}

TEST(SessionCommands, goesOnWithoutAConnectionAndAnswersOnTheNext) {
    auto settings = tests::quickSession();
    settings.onDisconnect = lifecycle::OnDisconnect::finish;
    SessionHarness harness(settings);
    harness.registerDevice();
    harness.command("release", "s1");
    harness.channel.waitIdle();
    harness.channel.closed({});
    harness.channel.waitIdle();
    harness.released.set_value();
    harness.allAnswered();
    harness.pass(61s);
    harness.registerDevice();
    EXPECT_THAT(harness.channel.next(), AllOf(HasSubstr("r-release"), HasSubstr("\"released\"")));
}

TEST(SessionCommands, answersAfterAReconnectWhatIsCancelledLate) {
    SessionHarness harness;
    harness.registerDevice();
    harness.command("release", "old");
    harness.channel.waitIdle();
    harness.channel.closed({});
    harness.pass(61s);
    harness.registerDevice();
    harness.released.set_value();
    EXPECT_THAT(harness.channel.next(), AllOf(HasSubstr(R"("session_id":"old")"), HasSubstr("r-release")));
}

TEST(SessionCommands, answersWithAFailureWhatIsTooLargeToBeSentAgain) {
    auto settings = tests::quickSession();
    settings.answerMemory = 64;
    SessionHarness harness(settings);
    harness.registerDevice();
    harness.command("noop");
    EXPECT_THAT(harness.channel.next(), HasSubstr("success"));
    harness.command("noop");
    EXPECT_THAT(harness.channel.next(), AllOf(HasSubstr("failure"), HasSubstr("too large to be kept")));
    EXPECT_EQ(harness.slot->invoked, 1);
}

TEST(SessionCommands, keepsAShortFailureOfACommandWithLongIds) {
    auto settings = tests::quickSession();
    settings.answerMemory = 64;
    SessionHarness harness(settings);
    harness.registerDevice();
    std::string actions;
    for (int i = 0; i < 100; ++i) {
        actions +=
            std::string(i == 0 ? "" : ",") + R"({"tool_name":"noop","call_id":")" + std::string(1'000, 'x') + R"("})";
    }
    const std::string command = R"({"type":"command","status":"continue","session_id":"s","response_id":"r",)"
                                R"("actions":[)" +
                                actions + "]}";
    harness.channel.receive(command);
    EXPECT_GT(harness.channel.next().size(), 100'000U);
    harness.channel.receive(command);
    const std::string again = harness.channel.next();
    EXPECT_LT(again.size(), 1'000U);
    EXPECT_THAT(again, HasSubstr("Beyond a limit of this device: executed already"));
}

TEST(SessionCommands, answersEachOfManyWhoseAnswersDoNotFitIntoTheMemory) {
    auto settings = tests::quickSession();
    settings.answerMemory = 65'536;
    SessionHarness harness(settings);
    harness.registerDevice();
    for (int i = 0; i < 20; ++i) {
        harness.command("large", "s" + std::to_string(i));
        EXPECT_THAT(harness.channel.next(), HasSubstr("success"));
    }
    harness.channel.closed({});
    harness.pass(61s);
    harness.registerDevice();
    for (int i = 0; i < 20; ++i) {
        const std::string session = R"("session_id":"s)" + std::to_string(i) + '"';
        const std::string answer = harness.channel.next();
        EXPECT_THAT(answer, HasSubstr(session));
        EXPECT_THAT(answer, HasSubstr(i < 16 ? "too large to be kept" : i < 19 ? "call_id" : "success"));
    }
    EXPECT_EQ(harness.slot->invoked, 20);
}

TEST(SessionCommands, answersACommandOnceThereIsMemoryAgain) {
    bool reached = true;
    for (std::size_t failing = 1; reached; ++failing) {
        SessionHarness harness;
        harness.registerDevice();
        // Decoder's parser has grown: simdjson looks only at some of its allocations.
        harness.channel.receive(R"({"type":"heartbeat","status":"ok","more":")" + std::string(10'000, 'x') + "\"}");
        harness.channel.inject([failing] { tests::failAllocation(failing); });
        harness.command("noop");
        std::string heard = harness.channel.next();
        harness.channel.inject([&reached] {
            reached = tests::allocationHasFailed();
            tests::failAllocation(0);
        });
        harness.channel.waitIdle();
        if (heard == "abort") {
            harness.pass(61s);
            harness.registerDevice();
        }
        if (heard.find("command_results") == std::string::npos) {  // so the server asks again
            harness.command("noop");
            heard = harness.channel.next();
        }
        ASSERT_THAT(heard, HasSubstr("r-noop")) << failing;
    }
}

TEST(SessionCommands, answersInThePlaceOfTheThreadOnceThereIsMemoryAgain) {
    std::atomic<bool> reached{true};
    for (std::size_t failing = 1; reached; ++failing) {
        SessionHarness harness;
        harness.registerDevice();
        harness.command("release");
        harness.channel.waitIdle();
        harness.channel.aroundErrand = {[failing] { tests::failAllocation(failing); },
                                        [&reached] {
                                            reached = tests::allocationHasFailed();
                                            tests::failAllocation(0);
                                        }};
        harness.released.set_value();
        std::string heard = harness.channel.next();
        harness.allAnswered();
        EXPECT_EQ(harness.channel.stoodIn, 1);
        if (heard == "abort") {
            harness.pass(61s);
            harness.registerDevice();
            harness.command("release");  // the server asks again
            heard = harness.channel.next();
        }
        ASSERT_THAT(heard, HasSubstr("r-release")) << failing;
    }
}

TEST(SessionCommands, givesAnAnswerAgainUntilAHeartbeatConfirmsIt) {
    SessionHarness harness;
    harness.registerDevice();
    harness.command("noop");
    const std::string answer = harness.channel.next();
    harness.channel.closed({});
    harness.pass(61s);
    harness.registerDevice();
    EXPECT_EQ(harness.channel.next(), answer);
    harness.pass(30s);
    EXPECT_THAT(harness.channel.next(), HasSubstr(R"("type":"heartbeat")"));
    harness.channel.receive(accepted);
    harness.channel.closed({});
    harness.pass(61s);
    harness.registerDevice();
    harness.command("noop", "s2");
    EXPECT_THAT(harness.channel.next(), HasSubstr(R"("session_id":"s2")"));
}

TEST(SessionCommands, refusesWorkWhileTheServerTakesNothing) {
    auto settings = tests::quickSession();
    settings.maxQueueSize = 1'000;
    SessionHarness harness(settings);
    harness.registerDevice();
    harness.channel.congestion = 1'001;
    harness.command("noop");
    EXPECT_THAT(harness.channel.next(), AllOf(HasSubstr("failure"), HasSubstr("wait for the server to take them")));
    EXPECT_EQ(harness.slot->invoked, 0);
    harness.channel.congestion = 999;
    harness.command("noop", "s2");
    EXPECT_THAT(harness.channel.next(), AllOf(HasSubstr("failure"), HasSubstr("999 of others")));
    EXPECT_EQ(harness.slot->invoked, 1);
    harness.channel.congestion = 0;
    harness.command("noop", "s3");
    EXPECT_THAT(harness.channel.next(), HasSubstr("success"));
}

TEST(SessionCommands, leavesAServerThatOnlyAsks) {
    auto settings = tests::quickSession();
    settings.maxQueueSize = 1'000;
    SessionHarness harness(settings);
    harness.registerDevice();
    harness.channel.congestion = 100UL << 20U;
    harness.command("noop");
    EXPECT_THAT(harness.channel.next(), HasSubstr("failure"));
    EXPECT_EQ(harness.channel.next(), "abort");
}

TEST(SessionCommands, answersWhatItDoesNotUnderstand) {
    SessionHarness harness;
    harness.registerDevice();
    harness.channel.receive("hello");
    EXPECT_THAT(harness.channel.next(),
                AllOf(StartsWith(R"({"type":"error","status":"error")"), HasSubstr("not valid JSON")));
    harness.channel.receive(R"({"type":"command","response_id":"r-7","actions":[]})");
    EXPECT_THAT(harness.channel.next(), AllOf(HasSubstr("status: is missing"), HasSubstr("r-7")));
    harness.channel.receive(R"({"type":"device_info_response","status":"ok"})");
    EXPECT_THAT(harness.channel.next(), HasSubstr("Unexpected message"));
}

TEST(SessionCommands, neverAnswersAnError) {
    SessionHarness harness;
    harness.registerDevice();
    harness.channel.receive(R"({"type":"error","status":"error","error":"boom"})");
    harness.channel.receive(R"({"type":"error","status":7})");
    harness.command("noop");
    EXPECT_THAT(harness.channel.next(), StartsWith(R"({"type":"command_results")"));
}

TEST(SessionCommands, describesTheDeviceWhenAsked) {
    SessionHarness harness;
    harness.registerDevice();
    harness.channel.receive(R"({"type":"device_info_request","status":"ok","response_id":"r-5"})");
    EXPECT_THAT(harness.channel.next(), AllOf(StartsWith(R"({"type":"device_info_response","status":"ok")"),
                                              HasSubstr(R"("prev_response_id":"r-5")"),
                                              HasSubstr(R"("metadata":{"device_id":"dev1","hostname":"h")")));
}

TEST(SessionCommands, boundsTheRequestsForItsInfoThatWait) {
    std::promise<void> release;
    std::atomic<int> asked{0};
    const auto describer = tests::fakeSlot("d", {}, [&, released = release.get_future().share()](hosting::Call&) {
        if (++asked == 2) {
            released.wait();
        }
        return hosting::Outcome::success(R"({"hostname":"h"})");
    });
    tests::ManualClock clock;
    tests::FakeChannel channel(clock);
    const tests::AgentHarness agent(
        {.session = tests::quickSession(), .channel = channel, .clock = clock, .slots = {}, .describers = {describer}});
    EXPECT_EQ(channel.next(), "open");
    channel.opened();
    EXPECT_THAT(channel.next(), StartsWith(R"({"type":"register")"));
    channel.receive(accepted);
    const std::string request = R"({"type":"device_info_request","status":"ok","response_id":"r"})";
    for (int i = 0; i < 103; ++i) {
        channel.receive(request);
    }
    for (int i = 0; i < 3; ++i) {
        EXPECT_THAT(channel.next(), AllOf(StartsWith(R"({"type":"error")"), HasSubstr("(response_id r)")));
    }
    release.set_value();
    for (int i = 0; i < 100; ++i) {
        EXPECT_THAT(channel.next(), StartsWith(R"({"type":"device_info_response")"));
    }
    EXPECT_EQ(asked, 2);
    channel.receive(request);
    EXPECT_THAT(channel.next(), StartsWith(R"({"type":"device_info_response")"));
}

TEST(SessionCommands, asksForATaskOnceItIsRegistered) {
    SessionHarness harness;
    harness.session.requestTask("do it", "mine");
    harness.connect();
    harness.channel.receive(accepted);
    EXPECT_THAT(harness.channel.next(), AllOf(StartsWith(R"({"type":"task","status":"continue")"),
                                              HasSubstr(R"("session_id":null,"task_name":"mine")")));
}
