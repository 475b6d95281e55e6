#include "plugins/in_process_state.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

namespace {

using namespace aip::plugins;
using namespace std::chrono_literals;
using aip::hosting::Call;
using aip::hosting::Outcome;
using aip::hosting::Refusal;

constexpr std::size_t maxQueue = 2;

/// A state for a plugin "p" with a concurrency of two, whose only worker has been made.
class InProcessStateTest : public testing::Test {
  protected:
    InProcessStateTest() { state.workerMade(); }

    static aip::admission::Manifest manifestOfP() {
        aip::admission::Manifest manifest;
        manifest.id = "p";
        manifest.concurrency = 2;
        return manifest;
    }

    static std::shared_ptr<Call> call() {
        return std::make_shared<Call>(Call::Request(), [](const Outcome& /*outcome*/) {});
    }

    void start() {
        EXPECT_TRUE(state.beginStart(now));
        EXPECT_TRUE(state.started());
        EXPECT_TRUE(state.endStart().empty());
    }

    std::shared_ptr<Call> run() {
        const auto running = call();
        EXPECT_TRUE(state.push(running, now));
        state.workerWaits();
        EXPECT_EQ(state.nextCall(), running);
        return running;
    }

    const aip::admission::Manifest manifest = manifestOfP();
    aip::base::Clock::TimePoint now{1h};
    InProcessState state{manifest, maxQueue, aip::base::Backoff(100ms, 10s, [] { return 0.5; })};
};

TEST_F(InProcessStateTest, isStartedOnce) {
    start();
    EXPECT_EQ(state.state(), SlotState::running);
    EXPECT_FALSE(state.beginStart(now));
    EXPECT_TRUE(state.startResult());
}

TEST_F(InProcessStateTest, isTriedAgainAfterAShortageWithLongerWaits) {
    const auto waits = {50ms, 50ms, 100ms, 100ms, 200ms};
    for (const auto wait : waits) {
        EXPECT_TRUE(state.push(call(), now));
        EXPECT_TRUE(state.beginStart(now));
        EXPECT_TRUE(state.failed(Refusal{"shortage", "too many open files"}, now));
        EXPECT_EQ(state.wait(now), wait);
        EXPECT_EQ(state.endStart().size(), 1U);
        EXPECT_EQ(state.state(), SlotState::restarting);
        EXPECT_FALSE(state.push(call(), now));
        EXPECT_EQ(state.refused().error, "plugin 'p' is restarting: shortage: too many open files");
        EXPECT_FALSE(state.beginStart(now + wait - 1ms));
        now += wait;
    }
    start();
    EXPECT_EQ(state.reason().line(), "");
    EXPECT_FALSE(state.revive());
}

TEST_F(InProcessStateTest, isTriedAtOnceAfterAShortageIfItIsRevived) {
    EXPECT_TRUE(state.beginStart(now));
    EXPECT_TRUE(state.failed(Refusal{"shortage", "too many open files"}, now));
    EXPECT_TRUE(state.endStart().empty());
    EXPECT_TRUE(state.revive());
    start();
}

TEST_F(InProcessStateTest, replacesWorkersThatHaveEnded) {
    state.workerEnded();
    EXPECT_FALSE(state.hasWorkers());
    EXPECT_TRUE(state.allGone());
    EXPECT_TRUE(state.push(call(), now));
    EXPECT_TRUE(state.wantsWorker());
    state.workerMade();
    EXPECT_TRUE(state.hasWorkers());
    EXPECT_FALSE(state.allGone());
}

TEST_F(InProcessStateTest, refusesTheWaitingCallsWhenItsStartFails) {
    const auto waiting = call();
    EXPECT_TRUE(state.push(waiting, now));
    EXPECT_TRUE(state.beginStart(now));
    EXPECT_TRUE(state.failed(Refusal{"load-failed", "no"}, now));
    const auto unserved = state.endStart();
    ASSERT_EQ(unserved.size(), 1U);
    EXPECT_EQ(unserved.front().first, waiting);
    EXPECT_EQ(unserved.front().second.error, "plugin 'p' is failed: load-failed: no");
    EXPECT_EQ(state.startResult().error().code, "load-failed");
    EXPECT_TRUE(state.wakesWorker());
}

TEST_F(InProcessStateTest, isBusyWhenItsQueueIsFull) {
    EXPECT_TRUE(state.push(call(), now));
    EXPECT_TRUE(state.push(call(), now));
    EXPECT_FALSE(state.push(call(), now));
    EXPECT_EQ(state.refused().error, "plugin 'p' is busy: 2 calls wait");
}

TEST_F(InProcessStateTest, wantsWorkersForTheCallsThatNoIdleOneServesUpToItsConcurrency) {
    EXPECT_FALSE(state.wantsWorker());
    state.workerWaits();
    EXPECT_TRUE(state.push(call(), now));
    EXPECT_FALSE(state.wantsWorker());
    EXPECT_TRUE(state.push(call(), now));
    EXPECT_TRUE(state.wantsWorker());
    state.workerMade();
    EXPECT_FALSE(state.wantsWorker());
}

TEST_F(InProcessStateTest, isWedgedByACallThatIsAbandonedWhileItRuns) {
    start();
    const auto running = run();
    const auto waiting = call();
    EXPECT_TRUE(state.push(waiting, now));
    const auto unserved = state.abandon(*running, "it hangs");
    ASSERT_TRUE(unserved);
    ASSERT_EQ(unserved->size(), 1U);
    EXPECT_EQ(unserved->front().second.error, "plugin 'p' is wedged: it hangs");
    state.workerWaits();
    EXPECT_EQ(state.nextCall(), nullptr);
}

TEST_F(InProcessStateTest, onlyForgetsACallThatIsAbandonedWhileItWaits) {
    start();
    const auto waiting = call();
    EXPECT_TRUE(state.push(waiting, now));
    EXPECT_FALSE(state.abandon(*waiting, "it hangs"));
    EXPECT_TRUE(state.nothingWaits());
    EXPECT_TRUE(state.accepts());
}

TEST_F(InProcessStateTest, stopsOnceAndLeavesACallBehindThatDoesNotReturn) {
    start();
    const auto running = run();
    EXPECT_TRUE(state.push(call(), now));
    const auto stopping = state.stop();
    ASSERT_TRUE(stopping);
    EXPECT_EQ(stopping->waiting.size(), 1U);
    EXPECT_EQ(stopping->running.size(), 1U);
    EXPECT_FALSE(state.stop());
    EXPECT_FALSE(state.allGone());
    EXPECT_EQ(state.stopped().size(), 1U);
    EXPECT_TRUE(state.leftBehind());
    EXPECT_EQ(state.refused().error, "plugin 'p' is stopped");
}

TEST_F(InProcessStateTest, leavesNothingBehindOnceItsWorkersHaveEnded) {
    start();
    state.returned(run());
    EXPECT_TRUE(state.stop());
    state.workerEnded();
    EXPECT_TRUE(state.allGone());
    EXPECT_TRUE(state.stopped().empty());
    EXPECT_FALSE(state.leftBehind());
}

TEST_F(InProcessStateTest, needsNoPluginThatHasStartedAfterTheStop) {
    EXPECT_TRUE(state.beginStart(now));
    EXPECT_TRUE(state.stop());
    EXPECT_FALSE(state.started());
    EXPECT_FALSE(state.allGone());
    EXPECT_TRUE(state.endStart().empty());
    EXPECT_EQ(state.startResult().error().text, "");
}

}  // namespace
