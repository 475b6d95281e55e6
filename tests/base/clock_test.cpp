#include "base/clock.h"

#include <gtest/gtest.h>

namespace {

using namespace std::chrono;
using aip::base::timestamp;

TEST(Timestamp, isIso8601InUtcWithMicroseconds) {
    const sys_days day = 2026y / November / 23;
    EXPECT_EQ(timestamp(day + 14h + 25min + 26s + 146612us), "2026-11-23T14:25:26.146612+00:00");
}

TEST(Timestamp, keepsItsZeros) {
    const sys_days day = 2027y / January / 2;
    EXPECT_EQ(timestamp(day + 3h + 4min + 5s + 6us), "2027-01-02T03:04:05.000006+00:00");
    EXPECT_EQ(timestamp(sys_days{1970y / January / 1}), "1970-01-01T00:00:00.000000+00:00");
}

TEST(Timestamp, knowsTimesBefore1970) {
    const sys_days day = 1970y / January / 1;
    EXPECT_EQ(timestamp(day - 1us), "1969-12-31T23:59:59.999999+00:00");
}

TEST(SystemClock, neverRunsBackwards) {
    const aip::base::SystemClock clock;
    const auto before = clock.now();
    EXPECT_LE(before, clock.now());
    EXPECT_GT(clock.wallNow(), sys_days{2024y / January / 1});
}

}  // namespace
