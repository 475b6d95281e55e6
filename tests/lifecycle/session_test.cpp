#include "tests/lifecycle/session_harness.h"

using namespace aip;
using namespace std::chrono_literals;
using tests::accepted;
using Bench = tests::SessionHarness;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

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
    Bench bench(tests::quickSession(), "");
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
    auto settings = tests::quickSession();
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

TEST(Session, waitsForTheServerToDropTheOldConnectionHoweverOften) {
    auto settings = tests::quickSession();
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

TEST(Session, stopsAfterWhatRunsHasBeenAnswered) {
    auto settings = tests::quickSession();
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
    auto settings = tests::quickSession();
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

/// The random part is half of the limit: 500 ms of the first second.
TEST(Session, staysAwayForAsLongAsTheServerAsks) {
    Bench bench;
    EXPECT_EQ(bench.channel.next(), "open");
    bench.channel.closed({.cause = transport::CloseCause::upgradeRejected, .httpStatus = 503, .retryAfter = 30s});
    bench.pass(30s);
    bench.channel.settle();
    EXPECT_TRUE(bench.channel.quiet());
    bench.pass(501ms);
    EXPECT_EQ(bench.channel.next(), "open");
}

TEST(Session, staysAwayNoLongerThanTheCap) {
    Bench bench;
    EXPECT_EQ(bench.channel.next(), "open");
    bench.channel.closed({.cause = transport::CloseCause::upgradeRejected, .httpStatus = 429, .retryAfter = 24h});
    bench.pass(61s);
    EXPECT_EQ(bench.channel.next(), "open");
}

TEST(Session, forgetsWhatAnEarlierAnswerAskedFor) {
    Bench bench;
    EXPECT_EQ(bench.channel.next(), "open");
    bench.channel.closed({.cause = transport::CloseCause::upgradeRejected, .httpStatus = 503, .retryAfter = 30s});
    bench.pass(31s);
    EXPECT_EQ(bench.channel.next(), "open");
    bench.channel.closed({.cause = transport::CloseCause::unreachable});
    bench.pass(1s);
    EXPECT_EQ(bench.channel.next(), "open");
}

TEST(Session, registersWithTheAddressOfItsConnection) {
    Bench bench(tests::quickSession(), R"({"ip_address":"172.17.0.1"})");
    EXPECT_EQ(bench.channel.next(), "open");
    bench.channel.address = "192.0.2.7";
    bench.channel.opened();
    EXPECT_THAT(bench.channel.next(), HasSubstr(R"("ip_address":"192.0.2.7")"));
}

TEST(Session, aFlappingServerDoesNotResetTheBackoff) {
    auto settings = tests::quickSession();
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
