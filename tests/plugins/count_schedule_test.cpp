#include "plugins/count_schedule.h"

#include <gtest/gtest.h>

namespace {

using aip::plugins::CountSchedule;
using namespace std::chrono_literals;

constexpr CountSchedule::TimePoint begin{};

TEST(CountSchedule, hasNothingToDoWhileNothingHappens) {
    CountSchedule schedule;
    schedule.turn(false, begin);
    EXPECT_FALSE(schedule.active());
}

TEST(CountSchedule, countsSoonAfterTheBeginOfACallAndThenTwiceASecond) {
    CountSchedule schedule;
    schedule.turn(true, begin);
    EXPECT_EQ(schedule.due(), begin + 100ms);
    schedule.turn(true, begin + 20ms);
    EXPECT_EQ(schedule.due(), begin + 100ms);
    schedule.counted(false, begin + 110ms);
    EXPECT_EQ(schedule.due(), begin + 610ms);
    schedule.counted(true, begin + 610ms);
    EXPECT_EQ(schedule.due(), begin + 710ms);
}

TEST(CountSchedule, countsAfterTheLastCallUntilThereAreNoMore) {
    CountSchedule schedule;
    schedule.turn(true, begin);
    schedule.turn(false, begin + 1ms);
    EXPECT_EQ(schedule.due(), begin + 100ms);
    schedule.counted(true, begin + 100ms);
    EXPECT_EQ(schedule.due(), begin + 200ms);
    schedule.counted(false, begin + 200ms);
    EXPECT_FALSE(schedule.active());
}

}  // namespace
