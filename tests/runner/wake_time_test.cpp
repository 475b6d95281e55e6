#include "runner/wake_time.h"

#include <gtest/gtest.h>

#include <chrono>

namespace {

using aip::runner::WakeTime;
using std::chrono::seconds;

constexpr auto noWake = WakeTime::TimePoint::max();

WakeTime::TimePoint wakeAt(int second) {
    return WakeTime::TimePoint(seconds(second));
}

TEST(WakeTime, isWhenSomethingIsDue) {
    WakeTime wakes;
    EXPECT_TRUE(wakes.isAfter(wakeAt(60)));
    EXPECT_FALSE(wakes.isAfter(noWake));
    EXPECT_EQ(wakes.renew(noWake, wakeAt(0)), noWake);
    EXPECT_EQ(wakes.renew(wakeAt(60), wakeAt(0)), wakeAt(60));
    EXPECT_EQ(wakes.renew(wakeAt(30), wakeAt(1)), wakeAt(30));
    EXPECT_TRUE(wakes.isAfter(wakeAt(29)));
    EXPECT_FALSE(wakes.isAfter(wakeAt(30)));
}

TEST(WakeTime, staysForTheCallsAfterTheOneThatHasSetIt) {
    WakeTime wakes;
    wakes.renew(wakeAt(60), wakeAt(0));
    for (int second = 1; second < 60; ++second) {
        EXPECT_EQ(wakes.renew(noWake, wakeAt(second)), wakeAt(60)) << "the call has ended";
        EXPECT_FALSE(wakes.isAfter(wakeAt(second + 60))) << "the next one wakes nobody";
    }
}

TEST(WakeTime, isSetAgainWhenItIsOver) {
    WakeTime wakes;
    wakes.renew(wakeAt(60), wakeAt(0));
    EXPECT_EQ(wakes.renew(wakeAt(119), wakeAt(60)), wakeAt(119));
    EXPECT_EQ(wakes.renew(noWake, wakeAt(120)), noWake);
    EXPECT_TRUE(wakes.isAfter(wakeAt(180)));
}

TEST(WakeTime, isOverAtOnceIfSomethingIsOverdue) {
    WakeTime wakes;
    EXPECT_EQ(wakes.renew({}, wakeAt(5)), WakeTime::TimePoint());
    EXPECT_EQ(wakes.renew(wakeAt(9), wakeAt(5)), wakeAt(9));
}

}  // namespace
