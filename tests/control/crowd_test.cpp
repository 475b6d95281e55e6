#include "control/crowd.h"

#include <gtest/gtest.h>

#include <chrono>

namespace {

using aip::base::Clock;
using aip::control::makesRoom;
using aip::control::Waiting;

Waiting of(std::int32_t pid, int second) {
    return {pid, Clock::TimePoint(std::chrono::seconds(second))};
}

struct Row {
    std::vector<Waiting> all;
    std::size_t leaves;
};

TEST(Crowd, theOldestOfWhoHasMostMakesRoom) {
    const Row rows[] = {
        {{of(1, 0)}, 0},
        {{of(1, 5), of(2, 3), of(3, 4)}, 1},
        {{of(1, 0), of(2, 1), of(2, 2)}, 1},
        {{of(1, 0), of(2, 2), of(2, 1), of(1, 3), of(2, 4)}, 2},
        {{of(1, 1), of(2, 0), of(1, 3), of(2, 4)}, 1},
    };
    for (const auto& row : rows) {
        EXPECT_EQ(makesRoom(row.all), row.leaves) << row.all.size();
    }
}

}  // namespace
