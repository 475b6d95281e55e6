#include "lifecycle/memory_rest.h"

#include <gtest/gtest.h>

namespace {

using aip::lifecycle::MemoryRest;

TEST(MemoryRest, tellsHowMuchWasCarriedSinceItWasGivenBack) {
    MemoryRest memory;
    memory.carried(MemoryRest::least - 1);
    EXPECT_FALSE(memory.some());
    memory.carried(1);
    EXPECT_TRUE(memory.some());
    memory.carried(MemoryRest::most - MemoryRest::least - 1);
    EXPECT_FALSE(memory.much());
    memory.carried(1);
    EXPECT_TRUE(memory.much());
    memory.givenBack();
    EXPECT_FALSE(memory.some());
}

}  // namespace
