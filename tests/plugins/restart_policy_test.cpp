#include "plugins/restart_policy.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace {

using aip::base::Backoff;
using aip::plugins::RestartPolicy;
using namespace std::chrono_literals;

constexpr RestartPolicy::TimePoint policyStart{1h};

RestartPolicy policyOf(std::uint32_t most, std::chrono::milliseconds window = 60s) {
    return {most, window, Backoff(100ms, 10s, [] { return 0.5; })};
}

/// Fails a plugin `failures` times, each `after` the moment at which it may be tried. Gives the waits: "50" after a
/// failure, "Q60000" for a quarantine; in milliseconds.
std::vector<std::string> failing(RestartPolicy& policy, int failures, std::chrono::milliseconds after = 1ms) {
    std::vector<std::string> waits;
    for (auto now = policyStart; failures > 0; --failures) {
        const bool quarantined = policy.add(now);
        const auto wait = std::chrono::ceil<std::chrono::milliseconds>(policy.retryAt() - now);
        waits.push_back((quarantined ? "Q" : "") + std::to_string(wait.count()));
        now = policy.retryAt() + after;
    }
    return waits;
}

using Waits = std::vector<std::string>;

TEST(RestartPolicy, countsFailuresAndWhatIsLaunchedAfterThem) {
    auto policy = policyOf(4);
    policy.launched();
    EXPECT_EQ(policy.restarts(), 0U) << "the first one";
    failing(policy, 2);
    policy.launched();
    policy.launched();
    policy.neverUp(policyStart);
    policy.postpone(policyStart);
    policy.launched();
    policy.clear();
    EXPECT_EQ(policy.failures(), 3U);
    EXPECT_EQ(policy.restarts(), 2U);
}

TEST(RestartPolicy, waitsLongerEachTimeThenQuarantines) {
    auto policy = policyOf(4);
    EXPECT_EQ(failing(policy, 4), (Waits{"50", "50", "100", "Q60000"}));
}

TEST(RestartPolicy, doublesTheQuarantineOfAPluginThatFailsSoonAfterItUpToAnHour) {
    auto policy = policyOf(2);
    EXPECT_EQ(failing(policy, 9),
              (Waits{"50", "Q60000", "Q120000", "Q240000", "Q480000", "Q960000", "Q1920000", "Q3600000", "Q3600000"}));
}

TEST(RestartPolicy, countsAgainFromOneAfterAPluginHasWorkedAsLongAsItWasQuarantined) {
    auto policy = policyOf(2);
    EXPECT_EQ(failing(policy, 2), (Waits{"50", "Q60000"}));
    const auto later = policy.retryAt() + 61s;
    EXPECT_FALSE(policy.add(later));
    EXPECT_EQ(policy.retryAt() - later, 50ms);
    EXPECT_TRUE(policy.add(later + 1s));
    EXPECT_EQ(policy.retryAt() - later, 61s);
}

TEST(RestartPolicy, forgetsFailuresThatAreOlderThanTheWindow) {
    auto policy = policyOf(2, 10s);
    EXPECT_EQ(failing(policy, 5, 11s), (Waits{"50", "50", "50", "50", "50"}));
}

TEST(RestartPolicy, neverQuarantinesIfThereIsNoLimit) {
    auto policy = policyOf(0);
    for (const std::string& wait : failing(policy, 100)) {
        EXPECT_NE(wait.front(), 'Q');
    }
}

TEST(RestartPolicy, waitsAfterAShortageWithoutCountingIt) {
    auto policy = policyOf(2);
    std::vector<std::int64_t> waits;
    for (int i = 0; i < 20; ++i) {
        policy.postpone(policyStart);
        waits.push_back(std::chrono::duration_cast<std::chrono::milliseconds>(policy.retryAt() - policyStart).count());
    }
    EXPECT_EQ(waits.front(), 50);
    EXPECT_EQ(waits.back(), 5'000);
    policy.started();
    policy.postpone(policyStart);
    EXPECT_EQ(policy.retryAt() - policyStart, 50ms);
    EXPECT_FALSE(policy.add(policyStart));
}

TEST(RestartPolicy, waitsUpToAMinuteForWhatHasNeverBeenUp) {
    auto policy = policyOf(2);
    std::vector<std::int64_t> waits;
    for (int i = 0; i < 8; ++i) {
        policy.neverUp(policyStart);
        waits.push_back(std::chrono::duration_cast<std::chrono::seconds>(policy.retryAt() - policyStart).count());
    }
    EXPECT_EQ(waits, (std::vector<std::int64_t>{1, 2, 4, 8, 16, 32, 60, 60}));
    policy.clear();
    policy.neverUp(policyStart);
    EXPECT_EQ(policy.retryAt() - policyStart, 1s);
    EXPECT_FALSE(policy.add(policyStart));
}

TEST(RestartPolicy, forgetsEverythingWhenItIsCleared) {
    auto policy = policyOf(2);
    EXPECT_EQ(failing(policy, 3), (Waits{"50", "Q60000", "Q120000"}));
    policy.clear();
    EXPECT_EQ(policy.retryAt(), RestartPolicy::TimePoint());
    EXPECT_EQ(failing(policy, 2), (Waits{"50", "Q60000"}));
}

}  // namespace
