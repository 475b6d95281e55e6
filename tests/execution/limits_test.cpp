// What the operator allows: which pattern decides on a tool, what is counted, and when a tool may be called again.

#include "execution/limits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <ostream>
#include <string>
#include <vector>

namespace aip::execution {
namespace {

using namespace std::chrono_literals;
using base::Code;
using testing::HasSubstr;

struct PatternRow {
    const char* pattern;
    const char* nameSpace;
    const char* tool;
    bool matches;
};

const PatternRow patternRows[] = {
    {"Files::read", "Files", "read", true},
    {"Files::read", "Files", "read2", false},
    {"Files::read", "files", "read", false},
    {"Files::read", "Files2", "read", false},
    {"Files::read*", "Files", "read", true},
    {"Files::read*", "Files", "read_text", true},
    {"Files::read*", "Files", "rea", false},
    {"Files::*", "Files", "read", true},
    {"Files::*", "FilesX", "read", false},
    {"Files", "Files", "read", true},
    {"Files", "FilesX", "read", false},
    {"Files*", "FilesX", "read", true},
    {"*::read", "Files", "read", true},
    {"*::read", "Files", "write", false},
    {"*", "Files", "read", true},
    {"*::*", "a.b-c", "d.e_f", true},
    {"a.b-c::d.e_f", "a.b-c", "d.e_f", true},
    {"a.b::c", "aXb", "c", false},
};

TEST(ToolPattern, matchesByNamespaceAndName) {
    for (const auto& row : patternRows) {
        const auto pattern = ToolPattern::parse(row.pattern);
        ASSERT_TRUE(pattern) << row.pattern;
        EXPECT_EQ(pattern->matches(row.nameSpace, row.tool), row.matches) << row.pattern << " " << row.tool;
    }
}

TEST(ToolPattern, isNotAnyText) {
    for (const char* text : {"", "::", "Files::", "::read", "Files::re*d", "*Files", "Files:read", "Files::a::b",
                             "Files::**", "Files ::read", "Files::r?ad", "Files::[ab]", "caf\u00e9", "a/b"}) {
        EXPECT_FALSE(ToolPattern::parse(text)) << text;
    }
}

TEST(ToolPattern, isMoreSpecificByTheNamespaceThenByTheName) {
    const std::vector<std::string> ordered{
        "Files::read_text", "Files::read*", "Files::r*", "Files",   "File*::read_text",
        "File*::read*",     "File*",        "F*::read",  "*::read", "*"};
    for (std::size_t one = 0; one < ordered.size(); ++one) {
        for (std::size_t other = 0; other < ordered.size(); ++other) {
            EXPECT_EQ(ToolPattern::parse(ordered[one])->isMoreSpecificThan(*ToolPattern::parse(ordered[other])),
                      one < other)
                << ordered[one] << " " << ordered[other];
        }
    }
    EXPECT_EQ(*ToolPattern::parse("Files"), *ToolPattern::parse("Files::*"));
    EXPECT_EQ(ToolPattern::parse("F*")->text(), "F*::*");
}

/// At a time, so much: does it fit, and how long until it does?
struct WindowRow {
    std::chrono::milliseconds at;
    std::uint64_t amount;
    bool fits;
    std::chrono::milliseconds wait;
};

TEST(SlidingWindow, neverLetsMoreThroughInAnyWindow) {
    const Quota quota{10, 60s};
    const WindowRow rows[] = {
        {0s, 4, true, 0s},        {1s, 6, true, 0s},         {2s, 1, false, 58s}, {2s, 5, false, 59s},
        {59999ms, 1, false, 1ms}, {60s, 4, true, 0s},        {60s, 1, false, 1s}, {61s, 6, true, 0s},
        {61s, 11, false, 60s},    {119999ms, 1, false, 1ms}, {120s, 4, true, 0s}, {200s, 10, true, 0s},
        {200s, 1, false, 60s},
    };
    SlidingWindow window;
    const SlidingWindow::TimePoint start(1h);
    for (const auto& row : rows) {
        const auto now = start + row.at;
        EXPECT_EQ(window.waitFor(quota, row.amount, now), row.wait) << row.at.count();
        EXPECT_EQ(window.fits(quota, row.amount, now), row.fits) << row.at.count();
        if (row.fits) {
            window.add(quota, row.amount, now);
        }
    }
}

/// Whatever comes, whenever: the sum of what was let through within any window stays within the quota.
TEST(SlidingWindow, holdsForEveryWindowThoughItsMemoryIsBounded) {
    const Quota quota{1'000, 10s};
    SlidingWindow window;
    std::vector<std::pair<SlidingWindow::TimePoint, std::uint64_t>> passed;
    std::uint32_t random = 1;
    SlidingWindow::TimePoint now(1h);
    for (int i = 0; i < 20'000; ++i) {
        random = random * 1'664'525U + 1'013'904'223U;
        now += std::chrono::microseconds((random >> 8U) % 9'000);
        const std::uint64_t amount = (random >> 20U) % 7;
        if (amount > 0 && window.fits(quota, amount, now)) {
            window.add(quota, amount, now);
            passed.emplace_back(now, amount);
        }
    }
    std::size_t first = 0;
    std::uint64_t sum = 0;
    std::uint64_t most = 0;
    for (const auto& [when, amount] : passed) {
        sum += amount;
        for (; passed[first].first <= when - quota.window; ++first) {
            sum -= passed[first].second;
        }
        most = std::max(most, sum);
    }
    EXPECT_LE(most, quota.most);
    EXPECT_GE(most, quota.most * 95 / 100);
}

TEST(SlidingWindow, goesOnWithAnotherQuota) {
    SlidingWindow window;
    const SlidingWindow::TimePoint start(1h);
    window.add({10, 60s}, 10, start);
    EXPECT_FALSE(window.fits({10, 60s}, 1, start + 30s));
    EXPECT_TRUE(window.fits({11, 60s}, 1, start + 30s));
    EXPECT_TRUE(window.fits({10, 30s}, 10, start + 30s));
}

LimitRule rule(const char* pattern) {
    return {.pattern = *ToolPattern::parse(pattern), .section = std::string("limits.") + pattern};
}
LimitRule allows(const char* pattern, bool allow) {
    auto made = rule(pattern);
    made.allow = allow;
    return made;
}
LimitRule rated(const char* pattern, std::uint64_t most, std::chrono::milliseconds window = 60s) {
    auto made = rule(pattern);
    made.rate = {most, window, std::to_string(most) + "/min"};
    return made;
}
LimitRule concurrent(const char* pattern, std::uint64_t most) {
    auto made = rule(pattern);
    made.concurrency = most;
    return made;
}
LimitRule sending(const char* pattern, std::uint64_t bytes) {
    auto made = rule(pattern);
    made.bytesOut = {bytes, 1h, std::to_string(bytes) + "/h"};
    return made;
}

/// Calls of tools as they follow one another under rules; what each gets.
struct RuleRow {
    const char* what;
    std::vector<LimitRule> rules;
    struct Asked {
        std::chrono::milliseconds at;
        const char* nameSpace;
        const char* tool;
        Code code;
        const char* text;  ///< is in the refusal
    };
    std::vector<Asked> asked;
};

std::ostream& operator<<(std::ostream& out, const RuleRow& row) {
    return out << row.what;
}

std::vector<RuleRow> ruleRows() {
    return {
        {"nothing is limited", {}, {{0s, "Files", "read", Code::ok, ""}}},
        {"the most specific allow decides",
         {allows("*", false), allows("Files::read*", true), allows("Files::read_secret", false)},
         {{0s, "Files", "read_text", Code::ok, ""},
          {0s, "Files", "read_secret", Code::denied, "[limits.Files::read_secret] allow = false"},
          {0s, "Files", "write", Code::denied, "[limits.*] allow = false"},
          {0s, "Shell", "read_text", Code::denied, "[limits.*] allow = false"}}},
        {"a rule without allow opens nothing",
         {allows("*", false), rated("Files", 10)},
         {{0s, "Files", "read", Code::denied, "[limits.*] allow = false"}}},
        {"a rate says when it may be called again",
         {rated("Files", 2)},
         {{0s, "Files", "read", Code::ok, ""},
          {10s, "Files", "write", Code::ok, ""},
          {20s, "Files", "read", Code::exhausted, "[limits.Files] rate = 2/min: it may be called again in 40 s"},
          {59500ms, "Files", "read", Code::exhausted, "again in 1 s"},
          {20s, "Shell", "run", Code::ok, ""},
          {60s, "Files", "read", Code::ok, ""},
          {60s, "Files", "read", Code::exhausted, "again in 10 s"}}},
        {"what is refused does not count",
         {rated("Files", 1)},
         {{0s, "Files", "read", Code::ok, ""},
          {30s, "Files", "read", Code::exhausted, ""},
          {59s, "Files", "read", Code::exhausted, ""},
          {60s, "Files", "read", Code::ok, ""}}},
        {"each key is decided by the most specific rule that has it",
         {rated("*", 1), concurrent("Files", 5)},
         {{0s, "Files", "read", Code::ok, ""},
          {0s, "Shell", "run", Code::exhausted, "[limits.*] rate = 1/min"},
          {0s, "Files", "read", Code::exhausted, "[limits.*] rate = 1/min"}}},
        {"a rule may take a limit away",
         {rated("*", 1), rated("Files", 0)},
         {{0s, "Files", "read", Code::ok, ""},
          {0s, "Files", "read", Code::ok, ""},
          {0s, "Shell", "run", Code::ok, ""},
          {0s, "Shell", "run", Code::exhausted, "[limits.*]"}}},
        {"calls that run",
         {concurrent("Files::read*", 2), concurrent("*", 0)},
         {{0s, "Files", "read", Code::ok, ""},
          {0s, "Files", "read_text", Code::ok, ""},
          {0s, "Files", "read", Code::exhausted, "[limits.Files::read*] concurrency = 2: so many calls are running"},
          {0s, "Files", "write", Code::ok, ""}}},
    };
}

class LimitRules : public testing::TestWithParam<RuleRow> {};

TEST_P(LimitRules, decide) {
    const Limits limits({GetParam().rules}, {});
    for (const auto& asked : GetParam().asked) {
        SCOPED_TRACE(std::string(asked.nameSpace) + "::" + asked.tool + " at " + std::to_string(asked.at.count()));
        const auto admitted = limits.admit(asked.nameSpace, asked.tool, Limits::TimePoint(1h) + asked.at);
        EXPECT_EQ(admitted ? Code::ok : admitted.error().code(), asked.code);
        EXPECT_THAT(admitted ? "" : admitted.error().text(), HasSubstr(asked.text));
    }
}

INSTANTIATE_TEST_SUITE_P(Rows, LimitRules, testing::ValuesIn(ruleRows()));

TEST(Limits, giveAPlaceBackAtTheEnd) {
    const Limits limits({{concurrent("*", 1)}}, {});
    const Limits::TimePoint now(1h);
    const auto first = limits.admit("Files", "read", now);
    ASSERT_TRUE(first && first->counted());
    EXPECT_FALSE(limits.admit("Files", "read", now));
    EXPECT_TRUE(Limits::ended(*first, 0, now));
    EXPECT_TRUE(limits.admit("Files", "read", now));
}

TEST(Limits, countTheBytesThatGoOut) {
    const Limits limits({{sending("Files", 1'000)}}, {});
    const Limits::TimePoint now(1h);
    const auto call = limits.admit("Files", "read", now);
    const auto beside = limits.admit("Files", "read", now);
    ASSERT_TRUE(call && beside);
    EXPECT_TRUE(Limits::ended(*call, 600, now));
    const auto more = Limits::ended(*beside, 401, now + 10min);
    ASSERT_FALSE(more);
    EXPECT_EQ(more.error().code(), Code::exhausted);
    EXPECT_EQ(more.error().text(),
              "[limits.Files] bytes_out = 1000/h: the result has 401 bytes, which fit again in 3000 s");
    EXPECT_THAT(Limits::ended(*limits.admit("Files", "read", now), 1'001, now).error().text(),
                HasSubstr("1001 bytes, more than that"));
    EXPECT_TRUE(Limits::ended(*limits.admit("Files", "read", now), 400, now));
    const auto used = limits.admit("Files", "read", now + 1min);
    ASSERT_FALSE(used);
    EXPECT_EQ(used.error().text(), "[limits.Files] bytes_out = 1000/h is used up: it may be called again in 3540 s");
    EXPECT_TRUE(limits.admit("Files", "read", now + 1h));
}

TEST(Limits, refuseWithoutCountingAnything) {
    auto both = rated("*", 2);
    both.concurrency = 1;
    const Limits limits({{both}}, {});
    const Limits::TimePoint now(1h);
    const auto first = limits.admit("Files", "read", now);
    for (int i = 0; i < 10; ++i) {
        EXPECT_THAT(limits.admit("Files", "read", now).error().text(), HasSubstr("concurrency"));
    }
    EXPECT_TRUE(Limits::ended(*first, 0, now));
    EXPECT_TRUE(limits.admit("Files", "read", now));
}

TEST(Limits, keepTheirCountsIfThePatternStays) {
    const Limits::TimePoint now(1h);
    auto first = std::make_unique<Limits>(LimitSettings{{concurrent("Files", 1), rated("Shell", 1)}}, Limits());
    const auto running = first->admit("Files", "read", now);
    ASSERT_TRUE(running && first->admit("Shell", "run", now));
    auto wider = rated("Shell::*", 1);  // the same tools
    const Limits next({{concurrent("Files", 1), wider}}, *first);
    first.reset();
    EXPECT_FALSE(next.admit("Files", "read", now));
    EXPECT_FALSE(next.admit("Shell", "run", now));
    EXPECT_TRUE(Limits::ended(*running, 0, now));
    EXPECT_TRUE(next.admit("Files", "read", now));
    EXPECT_TRUE(next.admit("Shell", "run", now + 1min));
}

}  // namespace
}  // namespace aip::execution
