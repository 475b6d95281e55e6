#include "lifecycle/retry_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

using namespace std::chrono_literals;
using aip::base::Clock;
using aip::base::log::Level;
using aip::lifecycle::RetryPlan;
using aip::lifecycle::RetrySettings;
using testing::HasSubstr;
using Cause = RetryPlan::Cause;

namespace {

constexpr Clock::TimePoint start{1h};

RetryPlan planWith(std::uint32_t maxRetries) {
    RetrySettings settings;
    settings.maxRetries = maxRetries;
    return {settings, [] { return 0.5; }};
}

/// How many attempts are made until the plan gives up; the text must say the same number.
std::uint32_t attemptsUntilItGivesUp(RetryPlan& plan, Cause cause) {
    for (std::uint32_t made = plan.attempt();; made = plan.attempt()) {
        const auto step = plan.next(cause, start);
        if (!step.wait) {
            EXPECT_EQ(step.level, Level::error);
            EXPECT_THAT(step.line, HasSubstr("after " + std::to_string(made) + " attempts"));
            return made;
        }
    }
}

}  // namespace

TEST(RetryPlan, countsEveryKindOfFailure) {
    for (const auto cause : {Cause::failed, Cause::occupied}) {
        for (const std::uint32_t retries : {1U, 3U, 10U}) {
            auto plan = planWith(retries);
            EXPECT_EQ(attemptsUntilItGivesUp(plan, cause), retries + 1);
        }
    }
}

TEST(RetryPlan, aRegistrationResetsTheCount) {
    auto plan = planWith(3);
    for (int i = 0; i < 3; ++i) {
        plan.attempt();
        EXPECT_TRUE(plan.next(Cause::failed, start).wait);
    }
    EXPECT_EQ(plan.attempt(), 4U);
    plan.registered();
    EXPECT_TRUE(plan.next(Cause::failed, start).wait);
    EXPECT_EQ(attemptsUntilItGivesUp(plan, Cause::failed), 3U);
}

TEST(RetryPlan, theWaitsGrowUntilTheConnectionIsStable) {
    auto plan = planWith(0);
    const auto wait = [&] {
        plan.registered();
        return plan.next(Cause::failed, start).wait;
    };
    EXPECT_EQ(wait(), 500ms);
    EXPECT_EQ(wait(), 500ms);
    EXPECT_EQ(wait(), 1000ms);
    for (int i = 0; i < 20; ++i) {
        wait();
    }
    EXPECT_EQ(wait(), 30s);
    plan.stable();
    EXPECT_EQ(wait(), 500ms);
}

TEST(RetryPlan, staysAwayAsAskedUpToTheCap) {
    auto plan = planWith(0);
    EXPECT_EQ(plan.next(Cause::failed, start, 30s).wait, 30'500ms);
    EXPECT_EQ(plan.next(Cause::failed, start, 24h).wait, 60s);
    EXPECT_EQ(plan.next(Cause::failed, start).wait, 1s);
}

TEST(RetryPlan, tellsOneLinePerChangeOfStateWhileTheIdIsTaken) {
    struct Row {
        std::chrono::seconds at;
        Level level;
        const char* text;
        std::chrono::milliseconds longest;
    };
    constexpr auto old = "our old connection";
    constexpr auto other = "another device may have";
    const Row rows[] = {
        {0s, Level::warn, old, 5s},      {1s, Level::debug, old, 5s},      {59s, Level::debug, old, 5s},
        {60s, Level::warn, other, 60s},  {90s, Level::debug, other, 60s},  {659s, Level::debug, other, 60s},
        {660s, Level::warn, other, 60s}, {700s, Level::debug, other, 60s}, {1260s, Level::warn, other, 60s},
    };
    auto plan = planWith(0);
    for (const auto& row : rows) {
        const auto step = plan.next(Cause::occupied, start + row.at);
        EXPECT_EQ(step.level, row.level) << row.at.count();
        EXPECT_THAT(step.line, HasSubstr(row.text)) << row.at.count();
        ASSERT_TRUE(step.wait);
        EXPECT_LE(*step.wait, row.longest) << row.at.count();
    }
}

TEST(RetryPlan, backsOffToTheCapFromAnotherDevice) {
    auto plan = planWith(0);
    plan.next(Cause::occupied, start);
    std::chrono::milliseconds wait{};
    for (int i = 0; i < 20; ++i) {
        wait = plan.next(Cause::occupied, start + 2min).wait.value_or(0ms);
    }
    EXPECT_EQ(wait, 30s);
    plan.registered();
    EXPECT_EQ(plan.next(Cause::occupied, start + 3min).wait, 500ms);
}

TEST(RetryPlan, repeatsAreQuietOnlyWhileTheIdIsTaken) {
    auto plan = planWith(0);
    EXPECT_EQ(plan.levelOfRepeats(Level::info), Level::info);
    plan.next(Cause::occupied, start);
    EXPECT_EQ(plan.levelOfRepeats(Level::info), Level::debug);
    plan.next(Cause::failed, start);
    EXPECT_EQ(plan.levelOfRepeats(Level::info), Level::info);
}
