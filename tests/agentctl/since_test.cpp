#include "since.h"

#include <gtest/gtest.h>

#include <ostream>

namespace {

using namespace std::chrono_literals;
using aip::agentctl::timeOf;
using aip::base::timestamp;

const auto now = std::chrono::system_clock::time_point(std::chrono::sys_days{std::chrono::year(2026) / 11 / 23}) + 12h;

struct TimeRow {
    const char* text;
    const char* time;  ///< empty: it is none
};

std::ostream& operator<<(std::ostream& out, const TimeRow& row) {
    return out << row.text;
}

class TimeRows : public testing::TestWithParam<TimeRow> {};

TEST_P(TimeRows, areUnderstood) {
    const auto time = timeOf(GetParam().text, now);
    EXPECT_EQ(time ? timestamp(*time).substr(0, 19) : "", GetParam().time);
}

INSTANTIATE_TEST_SUITE_P(OperatorsTime, TimeRows,
                         testing::Values(TimeRow{"10m", "2026-11-23T11:50:00"}, TimeRow{"1.5h", "2026-11-23T10:30:00"},
                                         TimeRow{"2d", "2026-11-21T12:00:00"}, TimeRow{"30", "2026-11-23T11:59:30"},
                                         TimeRow{"2026-11-01", "2026-11-01T00:00:00"},
                                         TimeRow{"2026-11-01T08:09", "2026-11-01T08:09:00"},
                                         TimeRow{"2026-11-01 08:09:10", "2026-11-01T08:09:10"},
                                         TimeRow{"2026-11-01T08:09:10.123456+00:00", "2026-11-01T08:09:10"},
                                         TimeRow{"2026-11-01T08:09:10Z", "2026-11-01T08:09:10"},
                                         TimeRow{"2026-11-01 08:09:10 UTC", "2026-11-01T08:09:10"}, TimeRow{"", ""},
                                         TimeRow{"-5m", ""}, TimeRow{"yesterday", ""}, TimeRow{"2026-13-01", ""},
                                         TimeRow{"2026-02-30", ""}, TimeRow{"2026-11-01T25:00", ""},
                                         TimeRow{"2026-11-01T08:09:10+02:00", ""}, TimeRow{"2026-1-1", ""},
                                         TimeRow{"2026-11", ""}, TimeRow{"2999-01-01", ""}));

}  // namespace
