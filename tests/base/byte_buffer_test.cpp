#include "base/byte_buffer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>

using aip::base::ByteBuffer;

namespace {

TEST(ByteBuffer, isEmptyAtFirst) {
    const ByteBuffer buffer;
    EXPECT_EQ(buffer.size(), 0U);
    EXPECT_EQ(buffer, "");
}

TEST(ByteBuffer, keepsWhatIsAppendedAndWrittenIntoItsRoom) {
    ByteBuffer buffer("one ");
    buffer.reserve(100);
    EXPECT_GE(buffer.capacity(), 100U);
    EXPECT_EQ(buffer, "one ");
    std::copy_n("two ", 4, buffer.data() + buffer.size());
    buffer.wrote(4);
    buffer.append("three");
    EXPECT_EQ(buffer, "one two three");
    EXPECT_EQ(buffer.view().substr(4, 3), "two");
}

TEST(ByteBuffer, keepsAllBytesWhileItGrowsInSmallSteps) {
    ByteBuffer buffer;
    std::string expected;
    std::size_t moves = 0;
    for (int i = 0; i < 10'000; ++i) {
        const std::size_t before = buffer.capacity();
        buffer.append(std::to_string(i));
        expected += std::to_string(i);
        moves += buffer.capacity() != before ? 1U : 0U;
    }
    EXPECT_EQ(buffer, expected);
    EXPECT_LT(moves, 30U);
}

TEST(ByteBuffer, leavesAnEmptyOneWhenItIsMoved) {
    ByteBuffer first("text");
    ByteBuffer second(std::move(first));
    EXPECT_EQ(second, "text");
    EXPECT_EQ(std::exchange(second, {}), "text");
    EXPECT_EQ(second.size(), 0U);
    EXPECT_EQ(second.capacity(), 0U);
}

}  // namespace
