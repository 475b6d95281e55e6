#include "plugins/line_limit.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace {

using namespace aip::plugins;
using namespace std::chrono_literals;

TEST(LineLimit, letsABurstPassAndThenSoManyASecond) {
    LineLimit limit;
    aip::base::Clock::TimePoint now = std::chrono::steady_clock::now();
    for (std::uint32_t i = 0; i < LineLimit::burst; ++i) {
        EXPECT_EQ(limit.pass(now), 0U);
    }
    EXPECT_EQ(limit.pass(now), std::nullopt);
    EXPECT_EQ(limit.pass(now + 1ms), std::nullopt);
    now += 1s;
    EXPECT_EQ(limit.pass(now), 2U) << "it tells how many it has dropped";
    for (std::uint32_t i = 1; i < LineLimit::perSecond; ++i) {
        EXPECT_EQ(limit.pass(now), 0U);
    }
    EXPECT_EQ(limit.pass(now), std::nullopt);
    EXPECT_EQ(limit.pass(now + 1s), 1U);
}

TEST(LineLimit, isOnesOwnInALimitedLog) {
    std::vector<std::string> lines;
    const auto sink = [&](int, std::string_view line) { lines.emplace_back(line); };
    const aip::hosting::LogSink first = limitedLog(sink);
    for (int i = 0; i < 100'000; ++i) {
        first(2, "again");
    }
    EXPECT_GE(lines.size(), LineLimit::burst);
    EXPECT_LT(lines.size(), 10 * LineLimit::burst);
    limitedLog(sink)(2, "another plugin");
    EXPECT_EQ(lines.back(), "another plugin");
}

}  // namespace
