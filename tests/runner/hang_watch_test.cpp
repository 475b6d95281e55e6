#include "runner/hang_watch.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace {

using namespace std::chrono_literals;
using aip::runner::HangWatch;
using TimePoint = HangWatch::TimePoint;

const TimePoint noon{std::chrono::hours(1)};
const TimePoint never = TimePoint::max();

TEST(HangWatch, suspectsNobodyWhoseCallsAreNotGivenUp) {
    HangWatch watch;
    watch.called(noon);
    EXPECT_EQ(watch.next(noon), never);
    EXPECT_EQ(watch.verdict(noon, noon + 24h), "");
}

TEST(HangWatch, pingsOnceAndWaitsFromTheNextCallOn) {
    HangWatch watch;
    EXPECT_TRUE(watch.gaveUp(noon, true, noon + 60s));
    EXPECT_FALSE(watch.gaveUp(noon, true, noon + 61s));
    EXPECT_EQ(watch.verdict(never, noon + 24h), "");  // nobody waits for anything
    watch.called(noon + 100s);
    watch.called(noon + 120s);
    EXPECT_EQ(watch.next(noon + 100s), noon + 130s);
    EXPECT_EQ(watch.verdict(noon + 100s, noon + 129s), "");
    EXPECT_EQ(watch.verdict(noon + 100s, noon + 130s), "it hangs: it has said nothing for 70 s, not even to a ping");
}

TEST(HangWatch, takesAnyMessageForASignOfLife) {
    HangWatch watch;
    EXPECT_TRUE(watch.gaveUp(noon, true, noon + 60s));
    watch.called(noon + 70s);
    watch.heard();
    EXPECT_EQ(watch.verdict(noon + 70s, noon + 24h), "");
    EXPECT_TRUE(watch.gaveUp(noon + 70s, true, noon + 130s));
}

/// It may have one thread.
TEST(HangWatch, waitsForTheEndOfCallsThatWereMadeBeforeThePing) {
    HangWatch watch;
    EXPECT_TRUE(watch.gaveUp(noon, false, noon + 60s));
    watch.called(noon + 60s);
    EXPECT_EQ(watch.next(noon + 30s), never);
    EXPECT_EQ(watch.verdict(noon + 30s, noon + 24h), "");
    EXPECT_NE(watch.verdict(noon + 60s, noon + 24h), "");
}

TEST(HangWatch, countsCallsInVainThatFollowOneAnother) {
    HangWatch watch;
    auto now = noon;
    for (std::uint32_t i = 0; i < HangWatch::mostInVain; ++i) {
        EXPECT_EQ(watch.verdict(never, now), "");
        static_cast<void>(watch.gaveUp(now, true, now + 1s));
        static_cast<void>(watch.gaveUp(now, true, now + 1s));  // one beside it
        watch.heard();                                         // it answers pings
        now += 2s;
    }
    EXPECT_LE(watch.next(never), now);
    EXPECT_EQ(watch.verdict(never, now), "it hangs: 5 calls, one after the other, were not answered in time");
}

TEST(HangWatch, countsAnewAfterACallThatIsAnsweredHoweverLate) {
    HangWatch watch;
    auto now = noon;
    for (std::uint32_t i = 0; i < 3 * HangWatch::mostInVain; ++i) {
        static_cast<void>(watch.gaveUp(now, true, now + 1s));
        watch.heard();
        if (i % HangWatch::mostInVain == 3) {
            watch.served();
        }
        EXPECT_EQ(watch.verdict(never, now + 1s), "");
        now += 2s;
    }
}

TEST(HangWatch, doesNotCountCallsThatWereCancelledForOtherReasons) {
    HangWatch watch;
    for (int i = 0; i < 100; ++i) {
        static_cast<void>(watch.gaveUp(noon + i * 1s, false, noon + i * 1s));
        watch.heard();
    }
    EXPECT_EQ(watch.verdict(never, noon + 24h), "");
}

}  // namespace
