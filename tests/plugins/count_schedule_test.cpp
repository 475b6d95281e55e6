#include "plugins/count_schedule.h"

#include <gtest/gtest.h>

namespace {

using aip::plugins::CountSchedule;
using namespace std::chrono_literals;

constexpr CountSchedule::TimePoint firstTime{};

TEST(CountSchedule, hasNothingToDoWhileNothingHappens) {
    CountSchedule schedule;
    schedule.turn(false, firstTime);
    EXPECT_FALSE(schedule.active());
}

TEST(CountSchedule, countsSoonAfterTheBeginOfACallAndThenTwiceASecond) {
    CountSchedule schedule;
    schedule.turn(true, firstTime);
    EXPECT_EQ(schedule.due(), firstTime + 100ms);
    schedule.turn(true, firstTime + 20ms);
    EXPECT_EQ(schedule.due(), firstTime + 100ms);
    schedule.counted(false, firstTime + 110ms);
    EXPECT_EQ(schedule.due(), firstTime + 610ms);
    schedule.counted(true, firstTime + 610ms);
    EXPECT_EQ(schedule.due(), firstTime + 710ms);
}

TEST(CountSchedule, countsAfterTheLastCallUntilThereAreNoMore) {
    CountSchedule schedule;
    schedule.turn(true, firstTime);
    schedule.turn(false, firstTime + 1ms);
    EXPECT_EQ(schedule.due(), firstTime + 100ms);
    schedule.counted(true, firstTime + 100ms);
    EXPECT_EQ(schedule.due(), firstTime + 200ms);
    schedule.counted(false, firstTime + 200ms);
    EXPECT_FALSE(schedule.active());
}

}  // namespace
