#include "lifecycle/timer_set.h"

#include "tests/support/manual_clock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

using namespace aip;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

enum class Timer { retry, heartbeat, silence };

class Timers : public testing::Test {
  protected:
    void set(Timer timer, base::Clock::Duration wait) { timers.set(timer, clock.now() + wait); }

    std::vector<Timer> fired() {
        std::vector<Timer> fired;
        timers.fireDue(clock, [&](Timer timer) { fired.push_back(timer); });
        return fired;
    }

    tests::ManualClock clock;
    lifecycle::TimerSet<Timer, Timer::silence> timers;
};

TEST_F(Timers, waitForeverWhileNoneIsSet) {
    EXPECT_EQ(timers.next(), base::Clock::TimePoint::max());
    EXPECT_THAT(fired(), IsEmpty());
}

TEST_F(Timers, fireOnceAtTheirTime) {
    set(Timer::heartbeat, 5s);
    EXPECT_EQ(timers.next(), clock.now() + 5s);
    clock.advance(5s - 1ns);
    EXPECT_THAT(fired(), IsEmpty());
    clock.advance(1ns);
    EXPECT_THAT(fired(), ElementsAre(Timer::heartbeat));
    EXPECT_FALSE(timers.isSet(Timer::heartbeat));
    EXPECT_THAT(fired(), IsEmpty());
}

TEST_F(Timers, fireInTheOrderOfTheirNames) {
    set(Timer::silence, 1s);
    set(Timer::retry, 3s);
    set(Timer::heartbeat, 2s);
    EXPECT_EQ(timers.next(), clock.now() + 1s);
    clock.advance(3s);
    EXPECT_THAT(fired(), ElementsAre(Timer::retry, Timer::heartbeat, Timer::silence));
}

TEST_F(Timers, doNotFireOnceCleared) {
    set(Timer::retry, 1s);
    set(Timer::heartbeat, 2s);
    timers.clear(Timer::retry);
    EXPECT_FALSE(timers.isSet(Timer::retry));
    EXPECT_EQ(timers.next(), clock.now() + 2s);
    clock.advance(1s);
    EXPECT_THAT(fired(), IsEmpty());
}

TEST_F(Timers, takeTheLastTimeSet) {
    set(Timer::retry, 1s);
    set(Timer::retry, 2s);
    clock.advance(1s);
    EXPECT_THAT(fired(), IsEmpty());
}

TEST_F(Timers, mayBeSetAndClearedByOneThatFires) {
    for (const Timer timer : {Timer::retry, Timer::heartbeat, Timer::silence}) {
        set(timer, 0s);
    }
    std::vector<Timer> fired;
    timers.fireDue(clock, [&](Timer timer) {
        fired.push_back(timer);
        timers.clear(Timer::heartbeat);
        set(timer, 0s);
    });
    EXPECT_THAT(fired, ElementsAre(Timer::retry, Timer::silence));
    EXPECT_TRUE(timers.isSet(Timer::retry));
}

}  // namespace
