#include "runner/hang_watch.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace {

using namespace std::chrono_literals;
using aip::runner::HangWatch;
using TimePoint = HangWatch::TimePoint;

const TimePoint begin{std::chrono::hours(1)};
const TimePoint none = TimePoint::max();

TEST(HangWatch, suspectsNobodyWhoseCallsAreNotGivenUp) {
    HangWatch watch;
    watch.called(begin);
    EXPECT_EQ(watch.next(begin), none);
    EXPECT_EQ(watch.verdict(begin, begin + 24h), "");
}

TEST(HangWatch, pingsOnceAndWaitsFromTheNextCallOn) {
    HangWatch watch;
    EXPECT_TRUE(watch.gaveUp(begin, true, begin + 60s));
    EXPECT_FALSE(watch.gaveUp(begin, true, begin + 61s));
    EXPECT_EQ(watch.verdict(none, begin + 24h), "");  // nobody waits for anything
    watch.called(begin + 100s);
    watch.called(begin + 120s);
    EXPECT_EQ(watch.next(begin + 100s), begin + 130s);
    EXPECT_EQ(watch.verdict(begin + 100s, begin + 129s), "");
    EXPECT_EQ(watch.verdict(begin + 100s, begin + 130s), "it hangs: it has said nothing for 70 s, not even to a ping");
}

TEST(HangWatch, takesAnyMessageForASignOfLife) {
    HangWatch watch;
    EXPECT_TRUE(watch.gaveUp(begin, true, begin + 60s));
    watch.called(begin + 70s);
    watch.heard();
    EXPECT_EQ(watch.verdict(begin + 70s, begin + 24h), "");
    EXPECT_TRUE(watch.gaveUp(begin + 70s, true, begin + 130s));
}

/// It may have one thread.
TEST(HangWatch, waitsForTheEndOfCallsThatWereMadeBeforeThePing) {
    HangWatch watch;
    EXPECT_TRUE(watch.gaveUp(begin, false, begin + 60s));
    watch.called(begin + 60s);
    EXPECT_EQ(watch.next(begin + 30s), none);
    EXPECT_EQ(watch.verdict(begin + 30s, begin + 24h), "");
    EXPECT_NE(watch.verdict(begin + 60s, begin + 24h), "");
}

TEST(HangWatch, countsCallsInVainThatFollowOneAnother) {
    HangWatch watch;
    auto now = begin;
    for (std::uint32_t i = 0; i < HangWatch::mostInVain; ++i) {
        EXPECT_EQ(watch.verdict(none, now), "");
        static_cast<void>(watch.gaveUp(now, true, now + 1s));
        static_cast<void>(watch.gaveUp(now, true, now + 1s));  // one beside it
        watch.heard();                                         // it answers pings
        now += 2s;
    }
    EXPECT_LE(watch.next(none), now);
    EXPECT_EQ(watch.verdict(none, now), "it hangs: 5 calls, one after the other, were not answered in time");
}

TEST(HangWatch, countsAnewAfterACallThatIsAnsweredHoweverLate) {
    HangWatch watch;
    auto now = begin;
    for (std::uint32_t i = 0; i < 3 * HangWatch::mostInVain; ++i) {
        static_cast<void>(watch.gaveUp(now, true, now + 1s));
        watch.heard();
        if (i % HangWatch::mostInVain == 3) {
            watch.served();
        }
        EXPECT_EQ(watch.verdict(none, now + 1s), "");
        now += 2s;
    }
}

TEST(HangWatch, doesNotCountCallsThatWereCancelledForOtherReasons) {
    HangWatch watch;
    for (int i = 0; i < 100; ++i) {
        static_cast<void>(watch.gaveUp(begin + i * 1s, false, begin + i * 1s));
        watch.heard();
    }
    EXPECT_EQ(watch.verdict(none, begin + 24h), "");
}

}  // namespace
