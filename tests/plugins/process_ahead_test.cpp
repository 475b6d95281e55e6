// Processes that are started before their calls come.

#include "tests/plugins/pool_harness.h"
#include "tests/support/comes_true.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include <signal.h>

namespace {

using aip::plugins::Isolation;
using aip::plugins::ProcessPool;
using aip::plugins::SlotSettings;
using aip::plugins::SlotState;
using namespace aip::tests;
using namespace std::chrono_literals;

ProcessPool::Limits ahead(std::size_t processes) {
    auto limits = onePerCall(processes);
    limits.ahead = true;
    limits.idleTimeout = 60s;
    return limits;
}

/// Its first call, `tool`, has been served by process 1, which has ended; process 2 is ready for the next one.
void serveFirst(PoolHarness& harness, const std::string& tool = "first") {
    const TestCall call = harness.invoke(tool);
    harness.turn();
    harness.started(1);
    harness.returned(1, harness.deliveries()[0].ticket);
    harness.turn();
    harness.ended(1, clean);
    harness.turn();
    harness.started(2);
}

TEST(ProcessAhead, isStartedWhenTheProcessOfTheFirstCallHasEnded) {
    PoolHarness harness(ahead(1));
    const TestCall a = harness.invoke("a");
    harness.turn();
    harness.started(1);
    EXPECT_EQ(harness.trace(), "wake | launch 1 | send a to 1");
    harness.returned(1, harness.deliveries()[0].ticket);
    harness.turn();
    EXPECT_EQ(harness.trace(), "result of a | stop 1") << "what the plugin has for itself is not free yet";
    harness.ended(1, clean);
    harness.turn();
    harness.turn();
    EXPECT_EQ(harness.trace(), "launch 2");
    harness.started(2);
    const TestCall b = harness.invoke("b");
    EXPECT_EQ(harness.trace(), "send b to 2");
}

TEST(ProcessAhead, isNotStartedBeforeACallNorUnlessItIsWanted) {
    PoolHarness eager(ahead(2));
    eager.startFirst();
    eager.turn();
    EXPECT_EQ(eager.trace(), "") << "the one that was asked for is ready";

    PoolHarness without(onePerCall(1));
    const TestCall call = without.invoke("a");
    without.turn();
    without.started(1);
    without.returned(1, without.deliveries()[0].ticket);
    without.turn();
    without.ended(1, clean);
    without.turn();
    EXPECT_EQ(without.trace(), "wake | launch 1 | send a to 1 | result of a | stop 1");
}

TEST(ProcessAhead, doesNotHoldUpTheLaunchForACallThatWaits) {
    PoolHarness harness(ahead(1));
    const TestCall calls[] = {harness.invoke("a"), harness.invoke("b")};
    harness.turn();
    harness.started(1);
    harness.trace();
    harness.returned(1, harness.deliveries()[0].ticket);
    harness.turn();
    harness.turn();
    EXPECT_EQ(harness.trace(), "result of a | stop 1 | launch 2");
}

TEST(ProcessAhead, isStartedBesideALongCallAndNotWhileAShortOneMayEnd) {
    PoolHarness harness(ahead(2));
    serveFirst(harness);
    harness.trace();
    const TestCall call = harness.invoke("long");
    EXPECT_EQ(harness.trace(), "wake | send long to 2");
    EXPECT_EQ(harness.turnWhenDue(), 5);
    EXPECT_EQ(harness.trace(), "launch 3");
    harness.started(3);
    const TestCall next = harness.invoke("next");
    harness.turn();
    EXPECT_EQ(harness.trace(), "send next to 3") << "no more than two";
}

TEST(ProcessAhead, isStoppedIfNoCallComesAndStartedAgainAfterTheNext) {
    PoolHarness harness(ahead(1));
    serveFirst(harness);
    harness.trace();
    EXPECT_EQ(harness.turnWhenDue(), 60'000);
    harness.ended(2, clean);
    harness.turn();
    EXPECT_EQ(harness.trace(), "stop 2");
    EXPECT_EQ(harness.pool().state(), SlotState::running);
    const TestCall call = harness.invoke("a");
    harness.turn();
    harness.started(3);
    harness.returned(3, harness.deliveries()[1].ticket);
    harness.turn();
    harness.ended(3, clean);
    harness.turn();
    EXPECT_EQ(harness.trace(), "wake | launch 3 | send a to 3 | result of a | stop 3 | launch 4");
}

TEST(ProcessAhead, isReplacedAfterAWaitIfItDies) {
    PoolHarness harness(ahead(1));
    serveFirst(harness);
    harness.trace();
    harness.ended(2, crash);
    EXPECT_GT(harness.turnWhenDue(), 0);
    EXPECT_EQ(harness.trace(), "launch 3");
    harness.started(3);
    EXPECT_EQ(harness.pool().state(), SlotState::running);
}

TEST(ProcessAhead, isQuarantinedIfItDiesAgainAndAgain) {
    PoolHarness harness(ahead(1), 2);
    serveFirst(harness);
    harness.ended(2, crash);
    harness.turnWhenDue();
    harness.started(3);
    harness.ended(3, crash);
    EXPECT_EQ(harness.pool().state(), SlotState::quarantined);
}

TEST(ProcessAhead, isNotStartedAfterAProcessThatHasDiedWithItsCall) {
    PoolHarness harness(ahead(1));
    serveFirst(harness);
    const TestCall call = harness.invoke("a");
    harness.trace();
    harness.ended(2, crash);
    harness.advance(1h);
    harness.turn();
    EXPECT_EQ(harness.trace(), "a: INTERNAL: plugin 'p': its process ended with exit code 3");
    EXPECT_EQ(harness.pool().state(), SlotState::restarting);
}

TEST(ProcessAhead, restsUntilTheNextCall) {
    PoolHarness harness(ahead(2));
    serveFirst(harness);
    const TestCall running = harness.invoke("running");
    harness.turnWhenDue();
    harness.started(3);
    harness.trace();
    harness.carryOut(harness.pool().rest(harness.now()));
    harness.turn();
    EXPECT_EQ(harness.trace(), "wake | stop 3") << "and the call goes on";
    harness.ended(3, clean);
    harness.returned(2, harness.deliveries()[1].ticket);
    harness.turn();
    harness.ended(2, clean);
    harness.turn();
    EXPECT_EQ(harness.trace(), "result of running | stop 2");
    const TestCall next = harness.invoke("next");
    EXPECT_EQ(harness.trace(), "wake");
}

TEST(ProcessAhead, restsWhileItStarts) {
    PoolHarness harness(ahead(1));
    serveFirst(harness);
    const TestCall call = harness.invoke("a");
    harness.returned(2, harness.deliveries()[1].ticket);
    harness.turn();
    harness.ended(2, clean);
    harness.turn();
    harness.trace();
    harness.carryOut(harness.pool().rest(harness.now()));
    harness.turn();
    EXPECT_EQ(harness.trace(), "wake | terminate 3");
    harness.ended(3, killed);
    harness.turn();
    EXPECT_EQ(harness.trace(), "");
    EXPECT_EQ(harness.pool().state(), SlotState::running);
}

TEST(ProcessAhead, restsNotForOneThatSomebodyWaitsFor) {
    PoolHarness harness(ahead(1));
    static_cast<void>(harness.pool().want());
    harness.turn();
    harness.trace();
    harness.carryOut(harness.pool().rest(harness.now()));
    harness.turn();
    EXPECT_EQ(harness.trace(), "wake");

    PoolHarness lasting;
    lasting.startFirst();
    lasting.carryOut(lasting.pool().rest(lasting.now()));
    lasting.turn();
    EXPECT_EQ(lasting.trace(), "") << "a process for all calls is not started ahead";
}

TEST(ProcessAhead, stopsWithThePlugin) {
    PoolHarness harness(ahead(1));
    serveFirst(harness);
    harness.trace();
    ASSERT_TRUE(harness.pool().stop(harness.now() + 5s));
    harness.turn();
    harness.ended(2, clean);
    harness.turn();
    EXPECT_EQ(harness.trace(), "stop 2 | over");
}

/// With a real runner.
struct Ahead : testing::Test {
    static SlotSettings settings() {
        SlotSettings settings = isolated(Isolation::perCall);
        settings.process.backoffBase = 1ms;
        return settings;
    }

    /// The runner of the process that is the latest of so many that have started: the only one, as it is started when
    /// the one before has ended.
    int latestOf(std::size_t starts) const {
        EXPECT_TRUE(comesTrue([&] { return fixture.log.count("2 start") == starts; }));
        const auto numbers = fixture.slot->figures(std::chrono::steady_clock::now()).processes;
        EXPECT_EQ(numbers.size(), 1U);
        return numbers.empty() ? 0 : numbers.front();
    }
    std::size_t processes() const { return fixture.slot->figures(std::chrono::steady_clock::now()).processes.size(); }

    SlotFixture fixture{"good", settings()};
};

TEST_F(Ahead, theProcessOfTheSecondCallWasThereBeforeIt) {
    EXPECT_EQ(fixture.run("echo").text(), "{}");
    const int ahead = latestOf(2);
    const TestCall call = fixture.run("wait");
    ASSERT_TRUE(fixture.log.waitFor("2 inside " + call.call()->request().id));
    const auto during = fixture.slot->figures(std::chrono::steady_clock::now()).processes;
    EXPECT_EQ(during, std::vector{ahead});
    EXPECT_EQ(fixture.log.count("2 start"), 2U);
    call.call()->cancel(aip::base::Code::cancelled, "enough");
    fixture.slot->cancelled(*call.call());
    static_cast<void>(call.outcome());
    EXPECT_NE(latestOf(3), ahead);
}

TEST_F(Ahead, oneThatDiesIsReplaced) {
    EXPECT_EQ(fixture.run("echo").text(), "{}");
    const int first = latestOf(2);
    ASSERT_EQ(::kill(first, SIGKILL), 0);
    EXPECT_TRUE(comesTrue([&] {
        const auto now = fixture.slot->figures(std::chrono::steady_clock::now());
        return now.restarts == 1 && now.processes.size() == 1 && now.processes.front() != first;
    }));
    EXPECT_EQ(fixture.run("echo").text(), "{}");
}

TEST_F(Ahead, restAndStopEndIt) {
    EXPECT_EQ(fixture.run("echo").text(), "{}");
    static_cast<void>(latestOf(2));
    fixture.slot->rest();
    EXPECT_TRUE(comesTrue([&] { return processes() == 0; }));
    EXPECT_EQ(fixture.run("echo").text(), "{}");
    static_cast<void>(latestOf(4));
    EXPECT_TRUE(fixture.slot->stop(30s));
    EXPECT_EQ(processes(), 0U);
}

}  // namespace
