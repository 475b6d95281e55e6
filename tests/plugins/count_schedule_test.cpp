#include "plugins/count_schedule.h"

#include <gtest/gtest.h>

namespace {

using aip::plugins::CountSchedule;
using namespace std::chrono_literals;

constexpr CountSchedule::TimePoint firstTime{};

TEST(CountSchedule, hasNothingToDoWhileNothingHappens) {
    CountSchedule schedule;
    schedule.turn(false, firstTime);
    EXPECT_FALSE(schedule.watching());
    EXPECT_EQ(schedule.due(), CountSchedule::TimePoint::max());
}

TEST(CountSchedule, countsSoonAfterTheBeginOfACallAndThenTwiceASecond) {
    CountSchedule schedule;
    schedule.turn(true, firstTime);
    EXPECT_EQ(schedule.due(), firstTime + 100ms);
    schedule.turn(true, firstTime + 20ms);
    EXPECT_EQ(schedule.due(), firstTime + 100ms);
    schedule.counted(true, false, firstTime + 110ms);
    EXPECT_EQ(schedule.due(), firstTime + 610ms);
    schedule.counted(true, true, firstTime + 610ms);
    EXPECT_EQ(schedule.due(), firstTime + 710ms);
}

TEST(CountSchedule, countsAfterTheLastCallUntilThereAreNoMore) {
    CountSchedule schedule;
    schedule.turn(true, firstTime);
    schedule.turn(false, firstTime + 1ms);
    EXPECT_EQ(schedule.due(), firstTime + 100ms);
    schedule.counted(true, true, firstTime + 100ms);
    EXPECT_TRUE(schedule.watching());
    EXPECT_EQ(schedule.due(), firstTime + 200ms);
    schedule.counted(true, false, firstTime + 200ms);
    EXPECT_FALSE(schedule.watching());
}

TEST(CountSchedule, countsIdleProcessesSeldomAndACallSoonAgain) {
    CountSchedule schedule;
    schedule.turn(true, firstTime);
    schedule.turn(false, firstTime + 1ms);
    schedule.counted(true, false, firstTime + 100ms);
    EXPECT_EQ(schedule.due(), firstTime + 30'100ms);
    schedule.turn(false, firstTime + 200ms);
    EXPECT_EQ(schedule.due(), firstTime + 30'100ms);
    schedule.counted(true, true, firstTime + 30'100ms);
    EXPECT_EQ(schedule.due(), firstTime + 30'200ms);
    schedule.counted(true, false, firstTime + 30'200ms);
    schedule.turn(true, firstTime + 31'000ms);
    EXPECT_TRUE(schedule.watching());
    EXPECT_EQ(schedule.due(), firstTime + 31'100ms);
}

TEST(CountSchedule, countsNothingWhenTheLastProcessHasEnded) {
    CountSchedule schedule;
    schedule.turn(true, firstTime);
    schedule.turn(false, firstTime + 1ms);
    schedule.counted(false, false, firstTime + 100ms);
    EXPECT_EQ(schedule.due(), CountSchedule::TimePoint::max());
}

}  // namespace
