#include "base/json_text.h"

#include <aip/detail/text.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace {

using namespace aip::base;
using namespace std::string_view_literals;

TEST(JsonString, escapesWhatJsonDemandsAndNothingElse) {
    EXPECT_EQ(jsonString("a\"b\\c/d"), R"("a\"b\\c/d")");
    EXPECT_EQ(jsonString("\b\f\n\r\t"), R"("\b\f\n\r\t")");
    EXPECT_EQ(jsonString("\0\x1f\x7f"sv), "\"\\u0000\\u001f\x7f\"");
    EXPECT_EQ(jsonString("\u00e9\U0001F600"), "\"\u00e9\U0001F600\"");
    EXPECT_EQ(jsonString(""), "\"\"");
}

TEST(JsonString, hasTheSizeThatIsToldBefore) {
    for (int c = 0; c < 256; ++c) {
        const std::string text = "ab" + std::string(2, static_cast<char>(c)) + "c";
        EXPECT_EQ(jsonStringSize(text), jsonString(text).size()) << c;
    }
    EXPECT_EQ(jsonStringSize(""), 2U);
}

/// That of the SDK looks at a long text piece by piece.
TEST(JsonString, ofTheSdkIsTheSameAsThatOfTheRepairedText) {
    constexpr std::size_t piece = 16UL << 10U;
    for (std::size_t before = piece - 6; before < piece + 6; ++before) {
        for (const std::string_view part :
             {"\"", "\u00e9", "\u20ac", "\U0001F600", "\xc3", "\xe2\x82", "\xf0\x9f\x98", "\x80\x80\x80\x80\x80\x80"}) {
            const std::string text = std::string(before, 'x') + std::string(part) + std::string(piece, 'y');
            EXPECT_TRUE(aip::detail::jsonString(text) == jsonString(repairUtf8(text))) << before << " " << part;
        }
    }
    EXPECT_EQ(aip::detail::jsonString(""), "\"\"");
}

TEST(CleanLength, findsTheFirstEscapeWhereverItStands) {
    for (const std::size_t size : {0UL, 1UL, 63UL, 64UL, 65UL, 200UL}) {
        const std::string text(size, 'x');
        EXPECT_EQ(cleanLength(text), size);
        for (std::size_t place = 0; place < size; ++place) {
            for (const char bad : {'"', '\\', '\n', '\0', '\x1f'}) {
                std::string spoilt = text;
                spoilt[place] = bad;
                EXPECT_EQ(cleanLength(spoilt), place) << size;
            }
        }
    }
    EXPECT_EQ(cleanLength("\x7f\xff é"), 5U);
}

TEST(CleanAsciiLength, stopsOutsideAsciiToo) {
    for (const std::size_t size : {0UL, 1UL, 63UL, 64UL, 65UL, 200UL}) {
        const std::string text(size, 'a');
        EXPECT_EQ(cleanAsciiLength(text), size);
        for (std::size_t place = 0; place < size; ++place) {
            for (const char spoiler : {'"', '\\', '\n', '\0', '\x1f', '\x80', '\xff'}) {
                std::string spoilt = text;
                spoilt[place] = spoiler;
                EXPECT_EQ(cleanAsciiLength(spoilt), place) << size;
            }
        }
    }
    EXPECT_EQ(cleanAsciiLength("\x7f ~\xff"), 3U);
}

TEST(RepairUtf8, replacesOnlyTheBytesThatAreNotText) {
    struct Row {
        std::string_view in, out;
    };
    const Row rows[] = {
        {"plain", "plain"},           {"\xff", "\uFFFD"},
        {"a\xc3(b", "a\uFFFD(b"},     {"\xc3\xa9\xc3", "\u00e9\uFFFD"},
        {"\xe2\x82", "\uFFFD\uFFFD"}, {"\xed\xa0\x80", "\uFFFD\uFFFD\uFFFD"},
        {"\xc0\xaf", "\uFFFD\uFFFD"}, {"\xf4\x90\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD"},
    };
    for (const Row& row : rows) {
        EXPECT_EQ(repairUtf8(row.in), row.out);
        EXPECT_TRUE(isUtf8(repairUtf8(row.in)));
    }
}

TEST(IsUtf8, tellsTextFromBytes) {
    EXPECT_TRUE(isUtf8(""));
    EXPECT_TRUE(isUtf8("\u2028"));
    EXPECT_FALSE(isUtf8("\x80"));
}

TEST(Excerpt, cutsAtACharacterAndSaysHowMuchThereWas) {
    EXPECT_EQ(excerpt("short", 5), "short");
    EXPECT_EQ(excerpt("abcdef", 3), "abc... (6 bytes)");
    EXPECT_EQ(excerpt("a\u00e9", 2), "a... (3 bytes)");
    EXPECT_EQ(excerpt("abcd", 3, 4'000), "abc... (4000 bytes)");
    EXPECT_EQ(excerpt("abc", 3, 3), "abc");
}

}  // namespace
