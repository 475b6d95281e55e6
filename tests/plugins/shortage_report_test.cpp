#include "plugins/shortage_report.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using aip::plugins::ShortageReport;
using namespace std::chrono_literals;

constexpr ShortageReport::TimePoint shortageStart{1h};

TEST(ShortageReport, hasALineForTheBeginningOneForTheEndAndSummariesBetween) {
    ShortageReport report;
    EXPECT_FALSE(report.over(shortageStart));
    EXPECT_FALSE(report.lasts());
    EXPECT_EQ(report.failed(shortageStart, "shortage: x", "next try in 50 ms"),
              "cannot be started now: shortage: x; next try in 50 ms");
    EXPECT_TRUE(report.lasts());
    for (int i = 1; i <= 299; ++i) {
        EXPECT_FALSE(report.failed(shortageStart + i * 100ms, "shortage: x", "next try in 1 s"));
    }
    EXPECT_EQ(report.failed(shortageStart + 30s, "shortage: y", "next try in 5 s"),
              "still cannot be started after 30.0 s and 301 tries: shortage: y; next try in 5 s");
    EXPECT_FALSE(report.failed(shortageStart + 89s, "shortage: y", ""));
    EXPECT_TRUE(report.failed(shortageStart + 90s, "shortage: y", ""));
    EXPECT_EQ(report.over(shortageStart + 90'250ms), "can be started again after 90.2 s and 303 tries");
    EXPECT_FALSE(report.over(shortageStart + 91s));
    EXPECT_EQ(report.failed(shortageStart + 92s, "shortage: x", "later"), "cannot be started now: shortage: x; later");
    EXPECT_EQ(report.over(shortageStart + 92s), "can be started again after 0.0 s and 1 try");
}

TEST(ShortageReport, saysWhatIsLacking) {
    ShortageReport report("gets no thread", "gets threads again");
    EXPECT_EQ(report.failed(shortageStart, "x", "y"), "gets no thread now: x; y");
    EXPECT_FALSE(report.failed(shortageStart + 1s, "x", "y"));
    EXPECT_EQ(report.failed(shortageStart + 30s, "x", "y"), "still gets no thread after 30.0 s and 3 tries: x; y");
    EXPECT_EQ(report.over(shortageStart + 31s), "gets threads again after 31.0 s and 3 tries");
}

TEST(ShortageReport, isNeverSilentForMoreThanAnHour) {
    ShortageReport report;
    std::vector<std::chrono::seconds> lines;
    for (auto after = 0s; after < 24h; after += 10s) {
        if (report.failed(shortageStart + after, "x", "y")) {
            lines.push_back(after);
        }
    }
    EXPECT_GT(lines.size(), 24U);
    EXPECT_LT(lines.size(), 33U);
    EXPECT_LE(lines[20] - lines[19], 1h);
}

}  // namespace
