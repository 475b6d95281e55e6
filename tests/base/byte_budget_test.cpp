#include "base/byte_budget.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>

namespace {

using aip::base::ByteBudget;

TEST(ByteBudget, isSharedAndGivenBack) {
    const auto budget = std::make_shared<ByteBudget>(100);
    ByteBudget::Share one(budget);
    std::optional<ByteBudget::Share> two(std::in_place, budget);
    EXPECT_TRUE(one.grow(40));
    EXPECT_TRUE(two->grow(60));
    EXPECT_FALSE(one.grow(1));
    EXPECT_FALSE(two->grow(1));
    two.reset();
    EXPECT_TRUE(one.grow(60));
}

TEST(ByteBudget, isEnoughForOneAlone) {
    const auto budget = std::make_shared<ByteBudget>(100);
    ByteBudget::Share one(budget);
    EXPECT_TRUE(one.grow(90));
    EXPECT_TRUE(one.grow(1'000));
    ByteBudget::Share two(budget);
    EXPECT_FALSE(two.grow(1));
}

}  // namespace
