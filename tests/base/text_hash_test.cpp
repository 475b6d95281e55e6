#include "base/text_hash.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <set>
#include <string>

using aip::base::textHash;

namespace {

/// Up to several blocks, and every rest.
constexpr std::size_t sizes = 200;

TEST(TextHash, isTheSameForTheSameTextWhereverItStands) {
    const std::string text = "session 7: uname -a, and some more of it so that there is a whole block";
    for (std::size_t shift = 0; shift < 16; ++shift) {
        const std::string moved = std::string(shift, '-') + text;
        EXPECT_EQ(textHash(std::string_view(moved).substr(shift)), textHash(text));
    }
}

TEST(TextHash, changesWithEveryBit) {
    for (std::size_t size = 1; size < sizes; ++size) {
        std::string text(size, 'x');
        std::set<std::uint64_t> seen{textHash(text)};
        for (std::size_t bit = 0; bit < 8 * size; ++bit) {
            const auto flipped = static_cast<char>(1U << bit % 8);
            text[bit / 8] = static_cast<char>(text[bit / 8] ^ flipped);
            EXPECT_TRUE(seen.insert(textHash(text)).second) << size << " bytes, bit " << bit;
            text[bit / 8] = static_cast<char>(text[bit / 8] ^ flipped);
        }
    }
}

TEST(TextHash, changesWithTheLengthOfEqualBytes) {
    for (const char byte : {'\0', 'x', '\xFF'}) {
        std::set<std::uint64_t> seen;
        for (std::size_t size = 0; size < sizes; ++size) {
            EXPECT_TRUE(seen.insert(textHash(std::string(size, byte))).second) << size;
        }
    }
}

TEST(TextHash, changesWithTheOrderOfEqualBlocks) {
    const std::string a(48, 'a');
    const std::string b(48, 'b');
    EXPECT_NE(textHash(a + b), textHash(b + a));
    EXPECT_NE(textHash(a + b + "c"), textHash(b + a + "c"));
}

TEST(TextHash, ofSeveralTextsDependsOnWhereOneEnds) {
    EXPECT_NE(textHash("b", textHash("a")), textHash("a", textHash("b")));
    EXPECT_NE(textHash("bc", textHash("a")), textHash("c", textHash("ab")));
    EXPECT_NE(textHash("", textHash("a")), textHash("a"));
}

}  // namespace
