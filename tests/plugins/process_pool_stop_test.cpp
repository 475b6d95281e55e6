// How processes and the plugin are stopped.

#include "tests/plugins/pool_harness.h"

#include <gtest/gtest.h>

namespace {

using aip::base::Code;
using aip::plugins::ProcessPool;
using aip::plugins::SlotState;
using namespace aip::tests;
using namespace std::chrono_literals;

TEST(ProcessPool, stopsAProcessThatIsIdleTooLong) {
    ProcessPool::Limits some;
    some.idleTimeout = 500ms;
    PoolHarness harness(some);
    harness.startFirst();
    harness.advance(400ms);
    const TestCall call = harness.invoke("a");
    harness.returned(1, harness.deliveries()[0].ticket);
    harness.trace();
    EXPECT_EQ(harness.turnWhenDue(), 500);
    EXPECT_EQ(harness.trace(), "stop 1");
    harness.ended(1, clean);
    EXPECT_EQ(harness.pool().state(), SlotState::idle);
    EXPECT_EQ(harness.pool().reason().line(), "");
}

TEST(ProcessPool, terminatesAProcessThatDoesNotStopWithoutBlamingIt) {
    ProcessPool::Limits some;
    some.idleTimeout = 500ms;
    PoolHarness harness(some);
    harness.startFirst();
    harness.turnWhenDue();
    EXPECT_EQ(harness.turnWhenDue(), 5'000);
    EXPECT_EQ(harness.trace(), "stop 1 | terminate 1");
    harness.ended(1, killed);
    EXPECT_EQ(harness.pool().reason().line(), "");
}

TEST(ProcessPool, terminatesAProcessThatStaysWithoutItsLink) {
    PoolHarness harness;
    harness.startFirst();
    const TestCall call = harness.invoke("a");
    harness.pool().lost(1, harness.now());
    harness.trace();
    EXPECT_EQ(harness.turnWhenDue(), 50);
    EXPECT_EQ(harness.trace(), "terminate 1");
    harness.ended(1, killed);
    EXPECT_EQ(call.text(), "INTERNAL: plugin 'p': its process has closed its connection to the agent");
}

/// A process that stops closes its link before it ends.
TEST(ProcessPool, givesAProcessThatStopsAllItsTimeAlsoWithoutItsLink) {
    ProcessPool::Limits some;
    some.idleTimeout = 500ms;
    PoolHarness harness(some);
    harness.startFirst();
    harness.turnWhenDue();
    harness.pool().lost(1, harness.now());
    harness.trace();
    EXPECT_EQ(harness.turnWhenDue(), 5'000);
    EXPECT_EQ(harness.trace(), "terminate 1");
}

TEST(ProcessPool, leavesAProcessBehindThatCannotBeKilled) {
    PoolHarness harness;
    harness.startFirst();
    const TestCall call = harness.invoke("a");
    harness.trace();
    harness.pool().terminate(1, "its process was killed because it broke the protocol", harness.now());
    harness.turn();
    harness.turn();
    EXPECT_EQ(harness.trace(), "terminate 1");
    EXPECT_EQ(harness.turnWhenDue(), 1'000);
    EXPECT_EQ(harness.trace(), "kill 1");
    EXPECT_FALSE(harness.pool().leftBehind());
    EXPECT_EQ(harness.turnWhenDue(), 1'000);
    EXPECT_EQ(harness.trace(),
              "leave 1 | a: INTERNAL: plugin 'p': its process was killed because it broke the protocol; it "
              "has not ended yet");
    EXPECT_TRUE(harness.pool().leftBehind());
}

TEST(ProcessPool, stopsWhenItsCallsAreOver) {
    PoolHarness harness;
    harness.startFirst();
    const TestCall calls[] = {harness.invoke("a"), harness.invoke("b")};
    const auto stopping = harness.pool().stop(harness.now() + 2s);
    ASSERT_TRUE(stopping);
    EXPECT_EQ(stopping->waiting, aip::hosting::Calls{calls[1].call()});
    EXPECT_EQ(stopping->running, aip::hosting::Calls{calls[0].call()});
    EXPECT_FALSE(harness.pool().stop(harness.now()));
    EXPECT_EQ(harness.pool().state(), SlotState::stopped);
    harness.trace();
    harness.turn();
    EXPECT_EQ(harness.trace(), "");
    harness.returned(1, harness.deliveries()[0].ticket);
    harness.turn();
    EXPECT_EQ(harness.trace(), "result of a | stop 1");
    harness.ended(1, clean);
    harness.turn();
    const TestCall late = harness.invoke("c");
    EXPECT_EQ(harness.trace(), "over | c: UNAVAILABLE: plugin 'p' is stopped");
    EXPECT_FALSE(harness.pool().leftBehind());
}

TEST(ProcessPool, terminatesWhatHasNotStoppedInTime) {
    PoolHarness harness;
    harness.startFirst();
    const TestCall call = harness.invoke("a");
    static_cast<void>(harness.pool().stop(harness.now() + 2s));
    call.call()->cancel(Code::cancelled, "the plugin is stopped");
    harness.trace();
    EXPECT_EQ(harness.turnWhenDue(), 2'000);
    harness.ended(1, killed);
    EXPECT_EQ(harness.trace(), "terminate 1 | a: CANCELLED: the plugin is stopped");
    EXPECT_EQ(harness.pool().reason().line(), "");
}

TEST(ProcessPool, terminatesAtOnceWhatStartsWhenItIsStopped) {
    PoolHarness harness;
    static_cast<void>(harness.pool().want());
    harness.turn();
    static_cast<void>(harness.pool().stop(harness.now() + 2s));
    harness.turn();
    EXPECT_EQ(harness.trace(), "launch 1 | terminate 1");
}

}  // namespace
