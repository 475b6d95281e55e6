#include "lifecycle/session.h"

#include "tests/support/fake_channel.h"
#include "tests/support/fake_slot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

using namespace aip;
using namespace std::chrono_literals;
using plugins::Call;
using plugins::Outcome;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

namespace {

constexpr auto accepted = R"({"type":"heartbeat","status":"ok"})";

lifecycle::SessionSettings quickSettings() {
    lifecycle::SessionSettings settings;
    settings.clientId = "dev1";
    settings.endpoint.url = "ws://127.0.0.1:1/ws";
    return settings;
}

/// "wait" runs until it is cancelled, "release" until the test lets it go.
Outcome run(Call& call, std::shared_future<void>& released) {
    if (call.request().tool == "release") {
        released.wait_for(30s);
        return Outcome::success("\"released\"");
    }
    if (call.request().tool == "wait") {
        return call.waitCancelled(30s) ? call.cancelOutcome() : Outcome::success("\"waited\"");
    }
    return Outcome::success("{\"ok\":true}");
}

/// A session on a thread of its own; the test plays the network and the clock.
class Bench {
  public:
    explicit Bench(lifecycle::SessionSettings settings = quickSettings(), std::string info = R"({"hostname":"h"})")
        : slot(tests::fakeSlot("p", {tests::tool("noop"), tests::tool("wait"), tests::tool("release")},
                               [let = released.get_future().share()](Call& call) mutable { return run(call, let); })),
          describer(tests::fakeSlot("d", {},
                                    [info](Call&) {
                                        return info.empty() ? Outcome::failure(base::Code::internal, "x")
                                                            : Outcome::success(info);
                                    })),
          router({{"LinuxAgent", "default", {"BashExecutor"}, {}}}, *execution::ToolTable::build({slot})),
          dispatcher(std::in_place, router, policy, timers, systemClock, execution::DispatcherSettings{},
                     [this](execution::FinishedBatch batch) {
                         session.finished(std::move(batch));
                         ++answersGiven;
                         answersGiven.notify_all();
                     }),
          deadlines(timers, 1s),
          profile({"dev1", "linux", {}, 20s}, {describer}, deadlines, systemClock),
          session(std::move(settings), {channel, *dispatcher, profile, clock, [] { return 0.5; },
                                        [] { return std::string(R"("agent":{"name":"test"})"); }}),
          thread([this] { ended.set_value(session.run()); }) {}

    ~Bench() {
        session.stop();
        session.stop();
        thread.join();
        dispatcher.reset();  // its last answers still go to the session
    }

    void connect() {
        EXPECT_EQ(channel.next(), "open");
        channel.opened();
        EXPECT_THAT(channel.next(), StartsWith(R"({"type":"register","status":"ok")"));
    }

    void registerDevice() {
        connect();
        channel.receive(accepted);
        EXPECT_TRUE(session.waitRegistered(20s));
    }

    void command(const std::string& tool, const std::string& sessionId = "s1", const std::string& status = "continue") {
        channel.receive(R"({"type":"command","status":")" + status + R"(","agent_name":"LinuxAgent","session_id":")" +
                        sessionId + R"(","response_id":"r-)" + tool + R"(","actions":[{"tool_name":")" + tool +
                        R"(","call_id":"c"}]})");
    }

    void pass(base::Clock::Duration time) {
        channel.settle();
        clock.advance(time);
    }

    /// Until the session has been given so many answers.
    void answered(int count) {
        for (int seen = answersGiven; seen < count; seen = answersGiven) {
            answersGiven.wait(seen);
        }
        channel.settle();
    }

    std::promise<void> released;
    tests::ManualClock clock;
    tests::FakeChannel channel{clock};
    base::SystemClock systemClock;
    std::shared_ptr<tests::FakeSlot> slot;
    std::shared_ptr<tests::FakeSlot> describer;
    execution::AllowAll policy;
    execution::Router router;
    base::TimerQueue timers;
    std::optional<execution::Dispatcher> dispatcher;
    execution::Deadlines deadlines;
    lifecycle::DeviceProfile profile;
    lifecycle::Session session;
    std::promise<lifecycle::Session::End> ended;
    std::atomic<int> answersGiven{0};
    std::thread thread;
};

}  // namespace

TEST(Session, registersWithWhatThePluginsSay) {
    Bench bench;
    EXPECT_EQ(bench.channel.next(), "open");
    bench.channel.opened();
    EXPECT_THAT(bench.channel.next(),
                AllOf(HasSubstr(R"("client_id":"dev1")"), HasSubstr(R"("metadata":{"system_info":{"device_id":"dev1")"),
                      HasSubstr(R"("hostname":"h")"), HasSubstr(R"("platform":"linux","agent":{"name":"test"}})")));
    EXPECT_FALSE(bench.session.isConnected());
    bench.channel.receive(accepted);
    EXPECT_TRUE(bench.session.waitRegistered(20s));
    EXPECT_TRUE(bench.session.isConnected());
}

TEST(Session, registersWithoutDeviceInfoIfNoneCanBeHad) {
    Bench bench(quickSettings(), "");
    EXPECT_EQ(bench.channel.next(), "open");
    bench.channel.opened();
    EXPECT_THAT(bench.channel.next(),
                AllOf(HasSubstr(R"("metadata":{"registration_time":)"), Not(HasSubstr("system_info"))));
}

TEST(Session, takesAnyFirstAnswerWithStatusOk) {
    Bench bench;
    bench.connect();
    bench.channel.receive(R"({"type":"task","status":"ok","user_request":"x","task_name":"t"})");
    EXPECT_TRUE(bench.session.waitRegistered(20s));
}

TEST(Session, executesNothingBeforeItIsRegistered) {
    Bench bench;
    bench.connect();
    bench.command("noop");
    bench.channel.receive(accepted);
    EXPECT_TRUE(bench.session.waitRegistered(20s));
    bench.command("noop", "s2");
    EXPECT_THAT(bench.channel.next(), HasSubstr(R"("session_id":"s2")"));
    EXPECT_EQ(bench.slot->invoked, 1);
}

TEST(Session, triesAgainWhenTheRegistrationIsRefused) {
    Bench bench;
    bench.connect();
    bench.channel.receive(R"({"type":"error","status":"error","error":"no"})");
    EXPECT_EQ(bench.channel.next(), "close 1000");
    bench.pass(61s);
    bench.registerDevice();
}

TEST(Session, waitsForItsOwnOldConnectionToBeDropped) {
    Bench bench;
    for (int i = 0; i < 3; ++i) {
        bench.connect();
        bench.channel.receive(R"({"type":"error","status":"error","error":"client_id 'dev1' is already registered"})");
        EXPECT_EQ(bench.channel.next(), "close 1000");
        bench.pass(61s);
    }
    bench.registerDevice();
}

TEST(Session, triesAgainWhenTheRegistrationIsNotAnswered) {
    Bench bench;
    bench.connect();
    bench.channel.receive(R"({"type":"heartbeat","status":"continue"})");
    bench.pass(11s);
    EXPECT_EQ(bench.channel.next(), "abort");
    bench.pass(61s);
    bench.registerDevice();
}

TEST(Session, sendsHeartbeats) {
    Bench bench;
    bench.registerDevice();
    for (int i = 0; i < 3; ++i) {
        bench.pass(30s);
        EXPECT_THAT(bench.channel.next(), StartsWith(R"({"type":"heartbeat","status":"ok")"));
        bench.channel.receive(accepted);
    }
}

TEST(Session, reconnectsWhenTheHeartbeatIsNotAnswered) {
    auto settings = quickSettings();
    settings.heartbeatTimeout = 25s;
    Bench bench(settings);
    bench.registerDevice();
    bench.pass(30s);
    EXPECT_THAT(bench.channel.next(), HasSubstr("heartbeat"));
    bench.pass(25s);
    EXPECT_EQ(bench.channel.next(), "abort");
    bench.pass(61s);
    bench.registerDevice();
}

TEST(Session, answersACommand) {
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

TEST(Session, startsATaskAndCarriesItsSessionBack) {
    Bench bench;
    bench.registerDevice();
    bench.channel.receive(
        R"({"type":"task","status":"continue","user_request":"go","task_name":"t1","session_id":"s9"})");
    EXPECT_THAT(bench.channel.next(),
                AllOf(StartsWith(R"({"type":"task","status":"continue")"), HasSubstr(R"("session_id":"s9")"),
                      HasSubstr(R"("task_name":"t1")"), HasSubstr(R"("request":"go")"),
                      HasSubstr(R"("metadata":{"platform":"linux"})")));
}

TEST(Session, refusesASecondTaskAndNamesTheFirst) {
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

TEST(Session, aCommandWithStatusCompletedEndsTheTaskAfterItsAnswer) {
    Bench bench;
    bench.registerDevice();
    bench.channel.receive(R"({"type":"task","status":"continue","task_name":"t1","session_id":"s1"})");
    EXPECT_THAT(bench.channel.next(), HasSubstr("\"t1\""));
    bench.command("noop", "s1", "completed");
    EXPECT_THAT(bench.channel.next(), StartsWith(R"({"type":"command_results","status":"completed")"));
    bench.channel.receive(R"({"type":"task","status":"continue","task_name":"t2","session_id":"s2"})");
    EXPECT_THAT(bench.channel.next(), StartsWith(R"({"type":"task")"));
}

TEST(Session, theEndOfATaskCancelsWhatRuns) {
    Bench bench;
    bench.registerDevice();
    bench.command("wait");
    bench.channel.receive(R"({"type":"task_end","status":"failed","session_id":"s1","error":"enough"})");
    EXPECT_THAT(bench.channel.next(), AllOf(HasSubstr(R"("status":"failure")"), HasSubstr("the task has ended")));
}

TEST(Session, hearsTheServerWhileACommandRuns) {
    Bench bench;
    bench.registerDevice();
    bench.command("wait", "s1");
    bench.command("noop", "s2");
    EXPECT_THAT(bench.channel.next(), HasSubstr(R"("session_id":"s2")"));
    bench.pass(30s);
    EXPECT_THAT(bench.channel.next(), HasSubstr(R"("type":"heartbeat")"));
}

TEST(Session, cancelsAndForgetsWhatALostConnectionWasTold) {
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

TEST(Session, executesACommandThatComesTwiceOnce) {
    Bench bench;
    bench.registerDevice();
    bench.command("noop");
    const std::string answer = bench.channel.next();
    bench.command("noop");
    EXPECT_EQ(bench.channel.next(), answer);
    EXPECT_EQ(bench.slot->invoked, 1);
}

TEST(Session, answersACommandThatComesAgainWhileItRunsOnce) {
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

TEST(Session, goesOnWithoutAConnectionAndAnswersOnTheNext) {
    auto settings = quickSettings();
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

TEST(Session, givesAnAnswerAgainUntilAHeartbeatConfirmsIt) {
    auto settings = quickSettings();
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

TEST(Session, refusesWorkWhileTheServerTakesNothing) {
    auto settings = quickSettings();
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

TEST(Session, leavesAServerThatOnlyAsks) {
    auto settings = quickSettings();
    settings.maxQueueSize = 1'000;
    Bench bench(settings);
    bench.registerDevice();
    bench.channel.congestion = 100UL << 20U;
    bench.command("noop");
    EXPECT_THAT(bench.channel.next(), HasSubstr("failure"));
    EXPECT_EQ(bench.channel.next(), "abort");
}

TEST(Session, waitsForTheServerToDropTheOldConnectionHoweverOften) {
    auto settings = quickSettings();
    settings.maxRetries = 3;
    Bench bench(settings);
    for (int i = 0; i < 20; ++i) {
        bench.connect();
        bench.channel.receive(R"({"type":"error","status":"error","error":"client_id 'dev1' is already registered"})");
        EXPECT_EQ(bench.channel.next(), "close 1000");
        bench.pass(settings.occupiedCap);
    }
    bench.registerDevice();
}

TEST(Session, answersWhatItDoesNotUnderstand) {
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

TEST(Session, neverAnswersAnError) {
    Bench bench;
    bench.registerDevice();
    bench.channel.receive(R"({"type":"error","status":"error","error":"boom"})");
    bench.channel.receive(R"({"type":"error","status":7})");
    bench.command("noop");
    EXPECT_THAT(bench.channel.next(), StartsWith(R"({"type":"command_results")"));
}

TEST(Session, describesTheDeviceWhenAsked) {
    Bench bench;
    bench.registerDevice();
    bench.channel.receive(R"({"type":"device_info_request","status":"ok","response_id":"r-5"})");
    EXPECT_THAT(bench.channel.next(), AllOf(StartsWith(R"({"type":"device_info_response","status":"ok")"),
                                            HasSubstr(R"("prev_response_id":"r-5")"),
                                            HasSubstr(R"("metadata":{"device_id":"dev1","hostname":"h")")));
}

TEST(Session, asksForATaskOnceItIsRegistered) {
    Bench bench;
    bench.session.requestTask("do it", "mine");
    bench.connect();
    bench.channel.receive(accepted);
    EXPECT_THAT(bench.channel.next(), AllOf(StartsWith(R"({"type":"task","status":"continue")"),
                                            HasSubstr(R"("session_id":null,"task_name":"mine")")));
}

TEST(Session, stopsAfterWhatRunsHasBeenAnswered) {
    auto settings = quickSettings();
    settings.drainTimeout = 5s;
    Bench bench(settings);
    bench.registerDevice();
    bench.command("wait", "s1");
    bench.channel.settle();
    bench.session.stop();
    bench.channel.settle();
    bench.command("noop", "s2");
    EXPECT_THAT(bench.channel.next(), AllOf(HasSubstr(R"("session_id":"s2")"), HasSubstr("shutting down")));
    bench.pass(5s);
    EXPECT_THAT(bench.channel.next(), AllOf(HasSubstr(R"("session_id":"s1")"), HasSubstr("shutting down")));
    EXPECT_EQ(bench.channel.next(), "close 1001");
    EXPECT_EQ(bench.ended.get_future().get(), lifecycle::Session::End::stopped);
}

TEST(Session, aSecondStopDoesNotWait) {
    Bench bench;
    bench.registerDevice();
    bench.command("wait");
    bench.channel.settle();
    bench.session.stop();
    bench.session.stop();
    EXPECT_EQ(bench.channel.next(), "abort");
    EXPECT_EQ(bench.ended.get_future().get(), lifecycle::Session::End::stopped);
}

TEST(Session, givesUpAfterItsRetries) {
    auto settings = quickSettings();
    settings.maxRetries = 3;
    Bench bench(settings);
    for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(bench.channel.next(), "open");
        bench.channel.closed({transport::CloseCause::unreachable, 1006, "", 0, "refused"});
        if (i < 3) {
            bench.pass(61s);
        }
    }
    EXPECT_EQ(bench.ended.get_future().get(), lifecycle::Session::End::retriesExhausted);
}

TEST(Session, aFlappingServerDoesNotResetTheBackoff) {
    auto settings = quickSettings();
    settings.maxRetries = 3;
    Bench bench(settings);
    for (int i = 0; i < 4; ++i) {
        bench.registerDevice();
        bench.channel.closed({});
        if (i < 3) {
            bench.pass(50s);
        }
    }
    EXPECT_EQ(bench.ended.get_future().get(), lifecycle::Session::End::retriesExhausted);
}

TEST(Session, doesNotWaitAnyLongerWhenToldToRetry) {
    Bench bench;
    bench.registerDevice();
    bench.channel.closed({});
    bench.channel.settle();
    bench.session.retryNow();
    bench.registerDevice();
}
