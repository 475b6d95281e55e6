#include "lifecycle/memory_rest.h"

#include <gtest/gtest.h>

namespace {

using aip::lifecycle::MemoryRest;

TEST(MemoryRest, isDueAfterMuchWasCarriedAndOnlyWhenNothingIsUnderWay) {
    MemoryRest rest;
    EXPECT_FALSE(rest.due(true));
    rest.carried(MemoryRest::worthIt - 1);
    EXPECT_FALSE(rest.due(true));
    rest.carried(1);
    EXPECT_FALSE(rest.due(false));
    EXPECT_TRUE(rest.due(true));
    EXPECT_FALSE(rest.due(true));
    rest.carried(MemoryRest::worthIt / 2);
    EXPECT_FALSE(rest.due(true));
    rest.carried(MemoryRest::worthIt / 2);
    EXPECT_TRUE(rest.due(true));
}

}  // namespace
