#include "base/backoff.h"

#include <gtest/gtest.h>

namespace {

using aip::base::Backoff;
using std::chrono::milliseconds;

TEST(Backoff, doublesItsCeilingWithEverySecondWaitUpToTheCap) {
    Backoff backoff(milliseconds(1000), milliseconds(5000), [] { return 1.0; });
    for (const int ceiling : {1000, 1000, 2000, 2000, 4000, 4000, 5000, 5000}) {
        EXPECT_EQ(backoff.next(), milliseconds(ceiling));
    }
}

TEST(Backoff, jittersOverTheWholeRange) {
    double random = 0.0;
    Backoff backoff(milliseconds(1000), milliseconds(60'000), [&] { return random; });
    EXPECT_EQ(backoff.next(), milliseconds(0));
    random = 0.5;
    EXPECT_EQ(backoff.next(), milliseconds(500));
    random = 0.75;
    EXPECT_EQ(backoff.next(), milliseconds(1500));
}

TEST(Backoff, startsAgainAfterReset) {
    Backoff backoff(milliseconds(100), milliseconds(60'000), [] { return 1.0; });
    backoff.next();
    backoff.next();
    EXPECT_EQ(backoff.next(), milliseconds(200));
    backoff.reset();
    EXPECT_EQ(backoff.next(), milliseconds(100));
}

TEST(Backoff, staysAtTheCapAfterManyAttempts) {
    Backoff backoff(milliseconds(1000), milliseconds(60'000), [] { return 1.0; });
    for (int i = 0; i < 5000; ++i) {
        backoff.next();
    }
    EXPECT_EQ(backoff.next(), milliseconds(60'000));
}

TEST(Backoff, systemRandomStaysInItsRange) {
    const auto random = aip::base::systemRandom();
    for (int i = 0; i < 1000; ++i) {
        const double number = random();
        EXPECT_GE(number, 0.0);
        EXPECT_LT(number, 1.0);
    }
}

}  // namespace
