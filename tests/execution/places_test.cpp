#include "execution/places.h"

#include <gtest/gtest.h>

#include <utility>

using aip::execution::Places;

TEST(Places, areAsManyAsTheLimitAndFreeAgainAfterUse) {
    Places places(2);
    auto first = places.take();
    {
        const auto second = places.take();
        ASSERT_TRUE(second);
        EXPECT_FALSE(places.take());
        EXPECT_EQ(places.taken(), 2U);
    }
    EXPECT_EQ(places.taken(), 1U);
    {
        const Places::Place moved = *std::move(first);
        first.reset();
        EXPECT_EQ(places.taken(), 1U);
    }
    EXPECT_EQ(places.taken(), 0U);
    EXPECT_TRUE(places.take());
}
