#include "base/line_limit.h"

#include "base/limited_lines.h"
#include "base/log.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace {

using aip::base::LineLimit;
using aip::base::LineRates;
using aip::base::LineVerdict;
namespace log = aip::base::log;
using namespace std::chrono_literals;

constexpr LineRates fewLines{.lines = 5, .linesPerSecond = 2, .bytes = 1e9, .bytesPerSecond = 1e9};
constexpr LineRates fewBytes{.lines = 1e9, .linesPerSecond = 1e9, .bytes = 100, .bytesPerSecond = 10};

constexpr LineVerdict passes(std::uint64_t dropped) {
    return {.passes = true, .dropped = dropped};
}

constexpr LineVerdict isDropped(std::uint64_t dropped) {
    return {.passes = false, .dropped = dropped};
}

TEST(LineVerdict, tellsWhenLinesBeginToBeDroppedAndHowManyWere) {
    EXPECT_EQ(passes(0).notice("it writes too many"), "");
    EXPECT_EQ(isDropped(1).notice("it writes too many"), "lines are dropped from now on: it writes too many");
    EXPECT_EQ(isDropped(2).notice("it writes too many"), "");
    EXPECT_EQ(passes(2).notice("it writes too many"), "2 lines were dropped: it writes too many");
}

TEST(LineLimit, letsABurstPassAndThenSoManyASecond) {
    LineLimit limit(fewLines);
    aip::base::Clock::TimePoint now = std::chrono::steady_clock::now();
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(limit.judge(now, "x"), passes(0));
    }
    EXPECT_EQ(limit.judge(now, "x"), isDropped(1));
    EXPECT_EQ(limit.judge(now + 1ms, "x"), isDropped(2));
    now += 1100ms;
    EXPECT_EQ(limit.judge(now, "x"), passes(2)) << "it tells how many it has dropped";
    EXPECT_EQ(limit.judge(now, "x"), passes(0));
    EXPECT_EQ(limit.judge(now, "x"), isDropped(1));
    EXPECT_EQ(limit.judge(now + 1s, "x"), passes(1));
}

TEST(LineLimit, tellsOfAFloodOnceASecond) {
    LineLimit limit({.lines = 10, .linesPerSecond = 100, .bytes = 1e9, .bytesPerSecond = 1e9});
    const aip::base::Clock::TimePoint begin = std::chrono::steady_clock::now();
    int reports = 0;
    for (auto now = begin; now < begin + 10s; now += 1ms) {
        reports += limit.judge(now, "x").notice("").empty() ? 0 : 1;
    }
    EXPECT_GE(reports, 16) << "when it begins and how long it was";
    EXPECT_LE(reports, 20);
}

TEST(LineLimit, countsTheBytesToo) {
    LineLimit limit(fewBytes);
    const auto now = std::chrono::steady_clock::now();
    EXPECT_EQ(limit.judge(now, std::string(60, 'x')), passes(0));
    EXPECT_EQ(limit.judge(now, std::string(60, 'x')), passes(0)) << "a line is not cut in two";
    EXPECT_EQ(limit.judge(now, "x"), isDropped(1));
    EXPECT_EQ(limit.judge(now + 1s, "x"), isDropped(2)) << "the line before took more than there was";
    EXPECT_EQ(limit.judge(now + 3s, "x"), passes(2));
}

TEST(LineLimit, countsBytesAsTheyStandInTheLog) {
    LineLimit limit(fewBytes);
    const auto now = std::chrono::steady_clock::now();
    EXPECT_EQ(limit.judge(now, std::string(30, '\x01')), passes(0));
    EXPECT_EQ(limit.judge(now, "x"), isDropped(1));
}

/// What is logged while it lives.
class Log {
  public:
    Log() {
        log::setSink(log::Level::debug, [this](log::Level, std::string_view line) { lines.emplace_back(line); });
    }
    ~Log() { log::setSink(log::Level::error, {}); }

    std::vector<std::string> lines;
};

TEST(LimitedLines, areThoseOfTheirScope) {
    Log written;
    log::LimitedLines lines("a stranger does too much",
                            {.lines = 2, .linesPerSecond = 0, .bytes = 1e9, .bytesPerSecond = 0});
    {
        const log::LimitedLines::Scope scope(lines);
        for (int i = 0; i < 5; ++i) {
            log::info("{}", i);
        }
        log::debug("for those who look for it");
        std::thread([] { log::warn("another thread"); }).join();
    }
    log::error("after it");
    EXPECT_EQ(written.lines,
              (std::vector<std::string>{"0", "1", "lines are dropped from now on: a stranger does too much",
                                        "for those who look for it", "another thread", "after it"}));
}

TEST(LimitedLines, sayHowManyAreDropped) {
    Log written;
    log::LimitedLines lines("a stranger does too much",
                            {.lines = 1, .linesPerSecond = 1000, .bytes = 1e9, .bytesPerSecond = 1e9});
    const log::LimitedLines::Scope scope(lines);
    std::size_t sent = 0;
    const auto says = [](const std::string& text) { return text.find(" lines were dropped: ") != std::string::npos; };
    const auto limit = std::chrono::steady_clock::now() + 30s;
    while (std::ranges::none_of(written.lines, says) && std::chrono::steady_clock::now() < limit) {
        log::warn("line {}", ++sent);
    }
    const auto passed = written.lines.size() - 2;
    ASSERT_GE(passed, 2U);
    EXPECT_EQ(written.lines[0], "line 1");
    EXPECT_EQ(written.lines[passed - 1], "lines are dropped from now on: a stranger does too much");
    EXPECT_EQ(written.lines[passed], std::to_string(sent - passed) + " lines were dropped: a stranger does too much");
    EXPECT_EQ(written.lines[passed + 1], "line " + std::to_string(sent));
}

}  // namespace
