#include "app/discovery_retry.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using aip::app::DiscoveryRetry;
using namespace std::chrono_literals;

TEST(DiscoveryRetry, isNotNeededIfNothingIsLacking) {
    DiscoveryRetry retry;
    const auto next = retry.discovered({}, "");
    EXPECT_FALSE(next.wait);
    EXPECT_FALSE(next.line);
}

TEST(DiscoveryRetry, waitsLongerAndLonger) {
    DiscoveryRetry retry;
    DiscoveryRetry::TimePoint now{};
    std::vector<long> waits;
    for (int i = 0; i < 11; ++i) {
        const auto next = retry.discovered(now, "p: shortage: too many open files");
        ASSERT_TRUE(next.wait);
        waits.push_back(next.wait->count());
        now += *next.wait;
    }
    EXPECT_EQ(waits, (std::vector<long>{1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300}));
    EXPECT_FALSE(retry.discovered(now, "").wait);
    EXPECT_EQ(retry.discovered(now, "p: shortage: no memory").wait, 1s);
}

TEST(DiscoveryRetry, saysThatAShortageBeginsAndThatItIsOver) {
    DiscoveryRetry retry;
    DiscoveryRetry::TimePoint now{};
    EXPECT_EQ(retry.discovered(now, "p: shortage: x").line,
              "cannot be started now: p: shortage: x; next try in 1 s, or at a reload");
    EXPECT_FALSE(retry.discovered(now + 1s, "p: shortage: x").line);
    EXPECT_FALSE(retry.discovered(now + 3s, "p: shortage: y").line);
    EXPECT_EQ(retry.discovered(now + 7s, "").line, "can be started again after 7.0 s and 3 tries");
    EXPECT_FALSE(retry.discovered(now + 8s, "").line);
}

}  // namespace
