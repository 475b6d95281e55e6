#include "tests/lifecycle/session_harness.h"

using namespace aip;
using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;
using tests::accepted;
using tests::SessionHarness;

TEST(Session, registersWithWhatThePluginsSay) {
    SessionHarness harness;
    EXPECT_EQ(harness.channel.next(), "open");
    harness.channel.opened();
    EXPECT_THAT(harness.channel.next(),
                AllOf(HasSubstr(R"("client_id":"dev1")"), HasSubstr(R"("metadata":{"system_info":{"device_id":"dev1")"),
                      HasSubstr(R"("hostname":"h")"), HasSubstr(R"("platform":"linux","agent":{"name":"test"}})")));
    harness.channel.receive(accepted);
    harness.expectAHeartbeat();
}

TEST(Session, registersWithItsIdIfNoPluginAnswers) {
    SessionHarness harness(tests::quickSession(), "");
    EXPECT_EQ(harness.channel.next(), "open");
    harness.channel.opened();
    EXPECT_THAT(
        harness.channel.next(),
        HasSubstr(R"("metadata":{"system_info":{"device_id":"dev1","custom_metadata":{}},"registration_time":)"));
}

TEST(Session, registersWithoutAPluginThatHangsAndMayEndBeforeIt) {
    std::promise<void> release;
    const auto hanging = tests::fakeSlot("d", {}, [released = release.get_future().share()](hosting::Call&) {
        released.wait();
        return hosting::Outcome::success("{}");
    });
    for (const auto timeout : {std::chrono::milliseconds(10), std::chrono::milliseconds(1h)}) {
        tests::ManualClock clock;
        tests::FakeChannel channel(clock);
        const tests::AgentHarness agent({.session = tests::quickSession(),
                                         .channel = channel,
                                         .clock = clock,
                                         .slots = {},
                                         .describers = {hanging},
                                         .collectTimeout = timeout});
        EXPECT_EQ(channel.next(), "open");
        channel.opened();
        if (timeout < 1s) {
            EXPECT_THAT(channel.next(), HasSubstr(R"("system_info":{"device_id":"dev1","custom_metadata":{}})"));
        }
        channel.waitIdle();
    }
    release.set_value();
}

TEST(Session, refusesATextThatIsNotUtf8AndAnswersSuchBytesInABinaryFrame) {
    SessionHarness harness;
    harness.registerDevice();
    harness.channel.receiveFrame("{\"type\":\"task\",\"status\":\"\xFF\"}");
    EXPECT_THAT(harness.channel.next(), HasSubstr("Message not understood"));
    harness.channel.receive("{\"type\":\"task\",\"status\":\"\xFF\"}");
    EXPECT_EQ(harness.channel.next(), "refuse 1007");
}

TEST(Session, takesAnyFirstAnswerWithStatusOk) {
    SessionHarness harness;
    harness.connect();
    harness.channel.receive(R"({"type":"task","status":"ok","user_request":"x","task_name":"t"})");
    harness.expectAHeartbeat();
}

TEST(Session, executesNothingBeforeItIsRegistered) {
    SessionHarness harness;
    harness.connect();
    harness.command("noop");
    harness.channel.receive(accepted);
    harness.channel.waitIdle();
    harness.command("noop", "s2");
    EXPECT_THAT(harness.channel.next(), HasSubstr(R"("session_id":"s2")"));
    EXPECT_EQ(harness.slot->invoked, 1);
}

TEST(Session, triesAgainWhenTheRegistrationIsRefused) {
    SessionHarness harness;
    harness.connect();
    harness.channel.receive(R"({"type":"error","status":"error","error":"no"})");
    EXPECT_EQ(harness.channel.next(), "close 1000");
    harness.pass(61s);
    harness.registerDevice();
}

TEST(Session, waitsForItsOwnOldConnectionToBeDropped) {
    SessionHarness harness;
    for (int i = 0; i < 3; ++i) {
        harness.connect();
        harness.channel.receive(
            R"({"type":"error","status":"error","error":"client_id 'dev1' is already registered"})");
        EXPECT_EQ(harness.channel.next(), "close 1000");
        harness.pass(61s);
    }
    harness.registerDevice();
}

TEST(Session, triesAgainWhenTheRegistrationIsNotAnswered) {
    SessionHarness harness;
    harness.connect();
    harness.channel.receive(R"({"type":"heartbeat","status":"continue"})");
    harness.pass(11s);
    EXPECT_EQ(harness.channel.next(), "abort");
    harness.pass(61s);
    harness.registerDevice();
}

TEST(Session, sendsHeartbeats) {
    SessionHarness harness;
    harness.registerDevice();
    for (int i = 0; i < 3; ++i) {
        harness.pass(30s);
        EXPECT_THAT(harness.channel.next(), StartsWith(R"({"type":"heartbeat","status":"ok")"));
        harness.channel.receive(accepted);
    }
}

TEST(Session, reconnectsWhenTheHeartbeatIsNotAnswered) {
    auto settings = tests::quickSession();
    settings.heartbeatTimeout = 25s;
    SessionHarness harness(settings);
    harness.registerDevice();
    harness.pass(30s);
    EXPECT_THAT(harness.channel.next(), HasSubstr("heartbeat"));
    harness.pass(25s);
    EXPECT_EQ(harness.channel.next(), "abort");
    harness.pass(61s);
    harness.registerDevice();
}

TEST(Session, waitsForTheServerToDropTheOldConnectionHoweverOften) {
    const auto settings = tests::quickSession();
    SessionHarness harness(settings);
    for (int i = 0; i < 20; ++i) {
        harness.connect();
        harness.channel.receive(
            R"({"type":"error","status":"error","error":"client_id 'dev1' is already registered"})");
        EXPECT_EQ(harness.channel.next(), "close 1000");
        harness.pass(settings.backoffCap);
    }
    harness.registerDevice();
}

TEST(Session, givesUpAfterItsRetriesIfItsIdIsTaken) {
    auto settings = tests::quickSession();
    settings.maxRetries = 3;
    SessionHarness harness(settings);
    for (int i = 0; i < 4; ++i) {
        harness.connect();
        harness.channel.receive(
            R"({"type":"error","status":"error","error":"client_id 'dev1' is already registered"})");
        EXPECT_EQ(harness.channel.next(), "close 1000");
        if (i < 3) {
            harness.pass(61s);
        }
    }
    EXPECT_EQ(harness.ended(), lifecycle::Session::End::retriesExhausted);
}

TEST(Session, stopsAfterWhatRunsHasBeenAnswered) {
    auto settings = tests::quickSession();
    settings.drainTimeout = 5s;
    SessionHarness harness(settings);
    harness.registerDevice();
    harness.command("wait", "s1");
    harness.channel.waitIdle();
    harness.session.stop();
    harness.channel.waitIdle();
    harness.command("noop", "s2");
    EXPECT_THAT(harness.channel.next(), AllOf(HasSubstr(R"("session_id":"s2")"), HasSubstr("shutting down")));
    harness.pass(5s);
    EXPECT_THAT(harness.channel.next(), AllOf(HasSubstr(R"("session_id":"s1")"), HasSubstr("shutting down")));
    EXPECT_EQ(harness.channel.next(), "close 1001");
    EXPECT_EQ(harness.ended(), lifecycle::Session::End::stopped);
}

TEST(Session, stopsAlthoughACommandIsNotAnswered) {
    auto settings = tests::quickSession();
    settings.drainTimeout = 5s;
    SessionHarness harness(settings);
    harness.registerDevice();
    harness.command("release", "s1");
    harness.channel.waitIdle();
    harness.session.stop();
    harness.pass(5s);
    harness.pass(harness.agent.dispatcher().cancelGrace() + 4s);
    EXPECT_EQ(harness.channel.next(), "close 1001");
    EXPECT_EQ(harness.ended(), lifecycle::Session::End::stopped);
    harness.released.set_value();
}

TEST(Session, aSecondStopAnswersWhatItCancels) {
    SessionHarness harness;
    harness.registerDevice();
    harness.command("wait", "s1");
    harness.command("wait", "s2");
    harness.channel.waitIdle();
    harness.session.stop();
    harness.session.stop();
    for (int i = 0; i < 2; ++i) {
        EXPECT_THAT(harness.channel.next(), AllOf(HasSubstr("command_results"), HasSubstr("shutting down")));
    }
    EXPECT_EQ(harness.channel.next(), "close 1001");
    EXPECT_EQ(harness.ended(), lifecycle::Session::End::stopped);
}

TEST(Session, aSecondStopAnswersForAPluginThatDoesNotHear) {
    for (const bool drained : {false, true}) {  // cancelled already, with the usual grace
        auto settings = tests::quickSession();
        settings.hurriedGrace = 1ms;
        SessionHarness harness(settings);
        harness.registerDevice();
        harness.command("release");
        harness.channel.waitIdle();
        harness.session.stop();
        if (drained) {
            harness.pass(settings.drainTimeout);
        }
        harness.session.stop();
        EXPECT_THAT(harness.channel.next(), AllOf(HasSubstr("command_results"), HasSubstr("shutting down")));
        EXPECT_EQ(harness.channel.next(), "close 1001");
        EXPECT_EQ(harness.ended(), lifecycle::Session::End::stopped);
        harness.released.set_value();
    }
}

TEST(Session, aSecondStopIsBoundedAndAThirdDoesNotWait) {
    for (const bool third : {false, true}) {
        auto settings = tests::quickSession();
        settings.hurriedGrace = 1h;
        SessionHarness harness(settings);
        harness.registerDevice();
        harness.command("release");
        harness.channel.waitIdle();
        harness.session.stop();
        harness.session.stop();
        if (third) {
            harness.session.stop();
        } else {
            harness.pass(settings.hurriedClose);
        }
        EXPECT_EQ(harness.channel.next(), "abort");
        EXPECT_EQ(harness.ended(), lifecycle::Session::End::stopped);
        harness.released.set_value();
    }
}

TEST(Session, givesUpAfterItsRetries) {
    auto settings = tests::quickSession();
    settings.maxRetries = 3;
    SessionHarness harness(settings);
    for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(harness.channel.next(), "open");
        harness.channel.closed({transport::CloseCause::unreachable, 1006, "", 0, "refused"});
        if (i < 3) {
            harness.pass(61s);
        }
    }
    EXPECT_EQ(harness.ended(), lifecycle::Session::End::retriesExhausted);
}

/// The random part is half of the limit: 500 ms of the first second.
TEST(Session, staysAwayForAsLongAsTheServerAsks) {
    SessionHarness harness;
    EXPECT_EQ(harness.channel.next(), "open");
    harness.channel.closed({.cause = transport::CloseCause::upgradeRejected, .httpStatus = 503, .retryAfter = 30s});
    harness.pass(30s);
    harness.channel.waitIdle();
    EXPECT_TRUE(harness.channel.quiet());
    harness.pass(501ms);
    EXPECT_EQ(harness.channel.next(), "open");
}

TEST(Session, staysAwayNoLongerThanTheCap) {
    SessionHarness harness;
    EXPECT_EQ(harness.channel.next(), "open");
    harness.channel.closed({.cause = transport::CloseCause::upgradeRejected, .httpStatus = 429, .retryAfter = 24h});
    harness.pass(61s);
    EXPECT_EQ(harness.channel.next(), "open");
}

TEST(Session, forgetsWhatAnEarlierAnswerAskedFor) {
    SessionHarness harness;
    EXPECT_EQ(harness.channel.next(), "open");
    harness.channel.closed({.cause = transport::CloseCause::upgradeRejected, .httpStatus = 503, .retryAfter = 30s});
    harness.pass(31s);
    EXPECT_EQ(harness.channel.next(), "open");
    harness.channel.closed({.cause = transport::CloseCause::unreachable});
    harness.pass(1s);
    EXPECT_EQ(harness.channel.next(), "open");
}

namespace {

const transport::CloseInfo refused{
    .cause = transport::CloseCause::upgradeRejected, .httpStatus = 403, .credentialsInDoubt = true};

transport::Endpoint withToken(const std::string& token) {
    return {.url = "ws://127.0.0.1:1/ws", .token = token};
}

}  // namespace

TEST(Session, asksForOtherCredentialsOnlyIfTheyAreInDoubt) {
    SessionHarness harness;
    EXPECT_EQ(harness.channel.next(), "open");
    harness.channel.closed({.cause = transport::CloseCause::unreachable});
    harness.pass(1s);
    EXPECT_EQ(harness.channel.next(), "open");
    harness.channel.waitIdle();
    EXPECT_EQ(harness.agent.credentialsRefused, 0);
    harness.channel.closed(refused);
    harness.channel.waitIdle();
    EXPECT_EQ(harness.agent.credentialsRefused, 1);
}

TEST(Session, triesAnotherSecretAtOnce) {
    SessionHarness harness;
    EXPECT_EQ(harness.channel.next(), "open");
    harness.channel.closed(refused);
    harness.channel.waitIdle();
    harness.session.use(withToken("second"));
    EXPECT_EQ(harness.channel.next(), "open");
    EXPECT_EQ(harness.channel.token(), "second");
}

TEST(Session, triesAnotherSecretAtOnceIfItComesDuringAnAttempt) {
    SessionHarness harness;
    EXPECT_EQ(harness.channel.next(), "open");
    harness.session.use(withToken("second"));
    harness.channel.waitIdle();
    harness.channel.closed(refused);
    EXPECT_EQ(harness.channel.next(), "open");
    EXPECT_EQ(harness.channel.token(), "second");
    harness.channel.closed(refused);
    harness.channel.waitIdle();
    EXPECT_TRUE(harness.channel.quiet());
}

TEST(Session, anotherSecretLeavesTheConnectionAlone) {
    SessionHarness harness;
    harness.registerDevice();
    harness.session.use(withToken("second"));
    harness.channel.waitIdle();
    EXPECT_TRUE(harness.channel.quiet());
    harness.channel.closed({});
    harness.channel.waitIdle();
    EXPECT_TRUE(harness.channel.quiet());
    harness.pass(61s);
    EXPECT_EQ(harness.channel.next(), "open");
    EXPECT_EQ(harness.channel.token(), "second");
}

TEST(Session, registersWithTheAddressOfItsConnection) {
    SessionHarness harness(tests::quickSession(), R"({"ip_address":"172.17.0.1"})");
    EXPECT_EQ(harness.channel.next(), "open");
    harness.channel.address = "192.0.2.7";
    harness.channel.opened();
    EXPECT_THAT(harness.channel.next(), HasSubstr(R"("ip_address":"192.0.2.7")"));
}

TEST(Session, aRegistrationResetsTheRetries) {
    auto settings = tests::quickSession();
    settings.maxRetries = 3;
    SessionHarness harness(settings);
    for (int i = 0; i < 8; ++i) {
        harness.registerDevice();
        harness.channel.closed({});
        harness.pass(50s);
    }
    harness.registerDevice();
}

TEST(Session, doesNotWaitAnyLongerWhenToldToRetry) {
    SessionHarness harness;
    harness.registerDevice();
    harness.channel.closed({});
    harness.channel.waitIdle();
    harness.session.retryNow();
    harness.registerDevice();
}

TEST(Session, tellsItsOperatorAtWhichStepItHasFailed) {
    SessionHarness harness;
    const auto failure = [&] {
        harness.channel.waitIdle();
        return harness.session.status(20s)->failure;
    };
    EXPECT_EQ(failure().failed, "");
    harness.channel.closed({.cause = transport::CloseCause::upgradeRejected,
                            .httpStatus = 403,
                            .text = "no",
                            .step = transport::DialStep::upgrade});
    EXPECT_EQ(failure().failed, "upgrade");
    EXPECT_EQ(failure().httpStatus, 403);
    EXPECT_EQ(failure().why, "no");
    EXPECT_EQ(harness.channel.next(), "open");
    harness.pass(1s);
    harness.connect();
    harness.channel.receive(R"({"type":"error","status":"error","error":"not today"})");
    EXPECT_EQ(failure().failed, "register");
    EXPECT_THAT(failure().why, HasSubstr("not today"));
}

TEST(Session, hasNoFailureOnceItIsRegistered) {
    SessionHarness harness;
    const auto failure = [&] {
        harness.channel.waitIdle();
        return harness.session.status(20s)->failure;
    };
    harness.registerDevice();
    EXPECT_EQ(failure().failed, "");
    harness.channel.closed({.text = "the server cut the connection"});
    EXPECT_EQ(failure().failed, "open");
}

TEST(Session, saysHowLongAgoTheServerHasAcknowledgedAHeartbeat) {
    SessionHarness harness;
    const auto age = [&] { return harness.session.status(20s)->heartbeatAge; };
    harness.connect();
    EXPECT_EQ(age(), std::nullopt);
    harness.channel.receive(accepted);
    harness.pass(5s);
    EXPECT_EQ(age(), 5s);
    harness.channel.receive(R"({"type":"heartbeat","status":"ok"})");
    harness.pass(2s);
    EXPECT_EQ(age(), 2s);
    harness.channel.closed({});
    EXPECT_EQ(age(), std::nullopt);
}

TEST(Session, anAskedThreadAnswersInItsNextTurn) {
    SessionHarness harness;
    harness.registerDevice();
    std::promise<void> answered;
    harness.session.ask([&] { answered.set_value(); });
    EXPECT_EQ(answered.get_future().wait_for(20s), std::future_status::ready);
}
