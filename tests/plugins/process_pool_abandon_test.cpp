// What becomes of a process that does not return a call.

#include "tests/plugins/pool_harness.h"

#include <gtest/gtest.h>

#include <string>

namespace {

using aip::base::Code;
using aip::plugins::ProcessPool;
using aip::plugins::SlotState;
using Abandoned = ProcessPool::Abandoned;
using namespace aip::tests;
using namespace std::chrono_literals;

ProcessPool::Limits shared(Abandoned abandoned) {
    auto made = limits(3);
    made.abandoned = abandoned;
    return made;
}

/// As the watchdog does it.
bool abandon(PoolHarness& harness, const TestCall& call) {
    call.call()->cancel(Code::cancelled, "no longer wanted");
    harness.carryOut(harness.pool().abandon(*call.call(), harness.now()));
    const bool ends = harness.pool().ends(*call.call());
    if (!ends) {
        call.call()->finish(call.call()->cancelOutcome());
    }
    harness.turn();
    return ends;
}

TEST(ProcessPoolAbandon, answersTheCallWhenItsProcessHasEnded) {
    for (const auto abandoned : {Abandoned::endsNow, Abandoned::endsLater}) {
        PoolHarness harness(shared(abandoned));
        harness.startFirst();
        const TestCall stuck = harness.invoke("stuck");
        harness.trace();
        EXPECT_TRUE(abandon(harness, stuck));
        EXPECT_EQ(harness.trace(), "wake | terminate 1");
        EXPECT_FALSE(stuck.finished());
        harness.ended(1, killed);
        EXPECT_EQ(harness.trace(), "stuck: CANCELLED: no longer wanted");
        EXPECT_EQ(harness.pool().state(), SlotState::restarting);
    }
}

TEST(ProcessPoolAbandon, letsTheOtherCallsEndBeforeTheProcess) {
    PoolHarness harness(shared(Abandoned::endsLater));
    harness.startFirst();
    const TestCall stuck = harness.invoke("stuck");
    const TestCall other = harness.invoke("other");
    harness.trace();
    EXPECT_FALSE(abandon(harness, stuck));
    EXPECT_EQ(stuck.text(), "CANCELLED: no longer wanted");
    const TestCall waits = harness.invoke("waits");
    harness.turn();
    EXPECT_EQ(harness.trace(), "") << "neither beside it nor in another process";
    harness.returned(1, harness.deliveries()[1].ticket);
    harness.turn();
    EXPECT_EQ(harness.trace(), "result of other | wake | terminate 1");
    harness.ended(1, killed);
    EXPECT_EQ(harness.trace(), "stuck: CANCELLED: no longer wanted");
    harness.turnWhenDue();
    harness.started(2);
    EXPECT_EQ(harness.trace(), "launch 2 | send waits to 2");
}

TEST(ProcessPoolAbandon, forgivesAProcessThatReturnsTheCallAfterAll) {
    PoolHarness harness(shared(Abandoned::endsLater));
    harness.startFirst();
    const TestCall stuck = harness.invoke("stuck");
    const TestCall other = harness.invoke("other");
    EXPECT_FALSE(abandon(harness, stuck));
    const TestCall waits = harness.invoke("waits");
    harness.trace();
    harness.returned(1, harness.deliveries()[0].ticket);
    harness.turn();
    EXPECT_EQ(harness.trace(), "result of stuck | send waits to 1");
    harness.returned(1, harness.deliveries()[1].ticket);
    harness.turn();
    EXPECT_EQ(harness.trace(), "result of other");
    EXPECT_EQ(harness.pool().state(), SlotState::running);
}

TEST(ProcessPoolAbandon, endsTheProcessWhenAllOfItsCallsAreAbandoned) {
    PoolHarness harness(shared(Abandoned::endsLater));
    harness.startFirst();
    const TestCall one = harness.invoke("one");
    const TestCall two = harness.invoke("two");
    harness.trace();
    EXPECT_FALSE(abandon(harness, one));
    EXPECT_TRUE(abandon(harness, two));
    EXPECT_EQ(harness.trace(), "wake | terminate 1");
    harness.ended(1, killed);
    EXPECT_EQ(two.text(), "CANCELLED: no longer wanted");
}

/// A call of an MCP server is over when it is cancelled, whatever the server still does.
TEST(ProcessPoolAbandon, stopsWhatMayGoOnWithCallsThatAreOverAtRest) {
    auto settings = limits(3);
    settings.outlivesCalls = true;
    PoolHarness harness(settings);
    harness.startFirst();
    const TestCall cancelled = harness.invoke("cancelled");
    harness.trace();
    harness.carryOut(harness.pool().rest(harness.now()));
    const TestCall waits = harness.invoke("waits");
    harness.turn();
    EXPECT_EQ(harness.trace(), "wake") << "neither a stop yet nor another call";
    harness.returned(1, harness.deliveries()[0].ticket);
    harness.turn();
    EXPECT_EQ(harness.trace(), "result of cancelled | stop 1");
}

TEST(ProcessPoolAbandon, stopsAtRestWhatNeverGotItsCall) {
    auto settings = limits(3);
    settings.outlivesCalls = true;
    PoolHarness harness(settings);
    harness.startFirst();
    const TestCall lost = harness.invoke("lost");
    harness.carryOut(harness.pool().rest(harness.now()));
    harness.trace();
    const auto failed = harness.pool().find(*lost.call());
    harness.carryOut(harness.pool().undelivered(failed, {Code::exhausted, "no memory"}, harness.now()));
    EXPECT_EQ(harness.trace(), "wake | lost: EXHAUSTED: no memory");
    harness.turn();
    EXPECT_EQ(harness.trace(), "stop 1");
}

TEST(ProcessPoolAbandon, leavesTheEndToAStopThatIsUnderWay) {
    PoolHarness harness(shared(Abandoned::endsNow));
    harness.startFirst();
    const TestCall stuck = harness.invoke("stuck");
    static_cast<void>(harness.pool().stop(harness.now() + 1s));
    harness.trace();
    EXPECT_FALSE(abandon(harness, stuck));
    EXPECT_EQ(harness.trace(), "");
}

}  // namespace
