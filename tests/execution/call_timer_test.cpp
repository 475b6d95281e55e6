#include "execution/call_timer.h"

#include "tests/support/comes_true.h"
#include "tests/support/fake_slot.h"

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <optional>
#include <utility>

namespace {

using namespace aip;
using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;
using tests::comesTrue;

class CallTimers : public testing::Test {
  protected:
    std::shared_ptr<hosting::Call> callUntil(SteadyClock::time_point deadline) {
        hosting::Call::Request request;
        request.id = "c";
        request.deadline = deadline;
        return std::make_shared<hosting::Call>(std::move(request), [](const hosting::Outcome&) {});
    }

    /// What was planned up to now for times that have come is over.
    void passTimers() {
        std::promise<void> over;
        timers.at(SteadyClock::now(), [&over] { over.set_value(); });
        over.get_future().wait();
    }

    const std::shared_ptr<tests::FakeSlot> slot =
        tests::fakeSlot("p", {}, [](hosting::Call&) { return hosting::Outcome::success("null"); });
    base::TimerQueue timers;
    std::shared_ptr<execution::CallTimer> timer = std::make_shared<execution::CallTimer>(
        timers, execution::CallWatchdog(timers, 1ms), std::make_shared<const execution::SilenceWarnings>(0ms));
};

TEST_F(CallTimers, endACallAtItsDeadlineAndAfterItsGrace) {
    const auto call = callUntil(SteadyClock::now() + 5ms);
    timer->begin(call, slot);
    EXPECT_TRUE(comesTrue([&] { return call->finished(); }));
    EXPECT_GE(SteadyClock::now(), call->request().deadline);
    EXPECT_EQ(call->cancelOutcome().code, base::Code::deadline);
    EXPECT_TRUE(comesTrue([&] { return slot->abandoned == 1; }));
    EXPECT_EQ(slot->cancels, 1);
}

TEST_F(CallTimers, endACallWhoseTimeIsOverAtOnce) {
    const auto call = callUntil(SteadyClock::now() - 1h);
    timer->begin(call, slot);
    EXPECT_TRUE(comesTrue([&] { return call->finished(); }));
}

TEST_F(CallTimers, leaveACallAloneThatHasEnded) {
    const auto first = callUntil(SteadyClock::now() + 100ms);
    timer->begin(first, slot);
    timer->end();
    EXPECT_TRUE(comesTrue([&] { return SteadyClock::now() > first->request().deadline; }));
    passTimers();
    EXPECT_FALSE(first->cancelled());
}

TEST_F(CallTimers, endTheNextCallAtItsOwnDeadlineWhereverThatIs) {
    for (const auto before : {1ms, 10ms, 1000ms}) {
        timer->begin(callUntil(SteadyClock::now() + before), slot);
        timer->end();
        const auto next = callUntil(SteadyClock::now() + 5ms);
        timer->begin(next, slot);
        EXPECT_TRUE(comesTrue([&] { return next->cancelled(); })) << before.count();
        EXPECT_GE(SteadyClock::now(), next->request().deadline);
        timer->end();
    }
}

TEST_F(CallTimers, keepACallAndItsSlotOnlyWhileItIsUnderWay) {
    std::optional call(callUntil(SteadyClock::now() + 1h));
    const std::weak_ptr<hosting::Call> kept = *call;
    timer->begin(*std::exchange(call, std::nullopt), slot);
    EXPECT_FALSE(kept.expired());
    EXPECT_GT(slot.use_count(), 1);
    timer->end();
    EXPECT_TRUE(kept.expired());
    EXPECT_EQ(slot.use_count(), 1);
}

TEST_F(CallTimers, mayEndWhileACallIsUnderWay) {
    const auto call = callUntil(SteadyClock::now() + 1h);
    timer->begin(call, slot);
    timer.reset();
    EXPECT_EQ(call.use_count(), 1);
}

}  // namespace
