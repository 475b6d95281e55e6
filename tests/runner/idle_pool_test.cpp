#include "runner/idle_pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

namespace {

using aip::runner::IdlePool;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr IdlePool<int>::TimePoint begin{std::chrono::hours(5)};

TEST(IdlePool, givesWhatCameLast) {
    IdlePool<int> pool(seconds(60));
    EXPECT_EQ(pool.take(), std::nullopt);
    pool.put(1, begin);
    pool.put(2, begin);
    EXPECT_EQ(pool.take(), 2);
    EXPECT_EQ(pool.take(), 1);
    EXPECT_EQ(pool.take(), std::nullopt);
}

TEST(IdlePool, knowsWhoHasWaitedTooLong) {
    IdlePool<int> pool(seconds(60));
    EXPECT_EQ(pool.next(), std::nullopt);
    pool.put(1, begin);
    pool.put(2, begin + seconds(1));
    pool.put(3, begin + seconds(30));
    EXPECT_EQ(pool.next(), begin + seconds(60));
    EXPECT_THAT(pool.takeExpired(begin + seconds(59)), IsEmpty());
    EXPECT_THAT(pool.takeExpired(begin + seconds(61)), ElementsAre(1, 2));
    EXPECT_EQ(pool.next(), begin + seconds(90));
    EXPECT_THAT(pool.takeExpired(begin + seconds(90)), ElementsAre(3));
    EXPECT_EQ(pool.next(), std::nullopt);
}

/// A steady caller needs one; those of an earlier crowd end meanwhile.
TEST(IdlePool, keepsWhatIsUsed) {
    IdlePool<int> pool(seconds(60));
    pool.put(1, begin);
    pool.put(2, begin);
    for (int second = 10; second <= 60; second += 10) {
        ASSERT_EQ(pool.take(), 2);
        pool.put(2, begin + seconds(second));
    }
    EXPECT_THAT(pool.takeExpired(begin + seconds(60)), ElementsAre(1));
    EXPECT_EQ(pool.take(), 2);
}

TEST(IdlePool, holdsWhatCanBeMovedOnly) {
    IdlePool<std::unique_ptr<int>> pool(seconds(60));
    pool.put(std::make_unique<int>(7), begin);
    EXPECT_EQ(**pool.take(), 7);
}

}  // namespace
