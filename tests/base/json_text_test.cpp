#include "base/json_text.h"

#include <gtest/gtest.h>

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
