#include "base/printable.h"

#include <gtest/gtest.h>

namespace {

using aip::base::printable;
using namespace std::string_view_literals;

TEST(Printable, showsWhatWouldMoveHideOrForge) {
    struct Row {
        std::string_view in, out;
    };
    const Row rows[] = {
        {"", ""},
        {"plain ~ \u00e9 \u20ac \U0001F600 \u05d0", "plain ~ \u00e9 \u20ac \U0001F600 \u05d0"},
        {"a\nb\r\tc", "a\\nb\\r\\tc"},
        {"\0\x1b[2J\x7f"sv, "\\x00\\x1b[2J\\x7f"},
        {"\u0085\u009b31m", "\\u0085\\u009b31m"},
        {"\u2028\u2029", "\\u2028\\u2029"},
        {"exe.\u202Egpj", "exe.\\u202egpj"},
        {"\u200f\u061c\u2066\ufeff\u200b", "\\u200f\\u061c\\u2066\\ufeff\\u200b"},
        {"\U000E0041", "\\ue0041"},
        {"\u00a0\u2027\u202f", "\u00a0\u2027\u202f"},
        {"\xff\xc3(\x9b", "\\xff\\xc3(\\x9b"},
        {"\xed\xa0\x80", "\\xed\\xa0\\x80"},
    };
    for (const Row& row : rows) {
        EXPECT_EQ(printable(row.in, 100), row.out);
    }
}

TEST(HiddenCharacters, areThoseThatNobodySees) {
    using aip::base::hiddenCharacter;
    EXPECT_FALSE(hiddenCharacter("a b\tc \u00e9 \u20ac \U0001F600 \u05d0 \u4e2d \ufffd"));
    for (const auto* text : {"\u0085", "\u00a0", "\u2003", "\u202e", "\u2066", "\ufeff", "\u180b", "\u3164", "\ue000",
                             "\ufdd0", "\U0001fffe", "\U000e0100", "\U0010fffd", "\u2028"}) {
        EXPECT_TRUE(hiddenCharacter(text)) << text;
    }
    EXPECT_TRUE(hiddenCharacter("a\0b"sv));
    EXPECT_EQ(aip::base::codePoint(*hiddenCharacter("ab\u202ec\u200b")), "U+202E");
}

TEST(OneLine, isWhatMayGoIntoAHeader) {
    using aip::base::isOneLine;
    for (const auto text : {""sv, "a b"sv, "\u00e9\u20ac"sv, "\x80\xff"sv, "\u202e"sv}) {
        EXPECT_TRUE(isOneLine(text)) << text;
    }
    for (const auto text : {"\n"sv, "a\rb"sv, "a\tb"sv, "\0"sv, "\x7f"sv, "\u0085"sv, "\xff\x1b"sv}) {
        EXPECT_FALSE(isOneLine(text)) << text;
    }
}

TEST(Printable, isCut) {
    EXPECT_EQ(printable("abc\u00e9", 4), "abc... (5 bytes)");
    EXPECT_EQ(printable("abcd", 4), "abcd");
    EXPECT_LT(printable(std::string(1U << 20U, '\n'), 100).size(), 300U);
}

TEST(Printable, keepsTheLinesOfAText) {
    EXPECT_EQ(aip::base::printableLines(""), "");
    EXPECT_EQ(aip::base::printableLines("a\n\n\x1b"
                                        "b\n"),
              "a\n\n\\x1bb\n");
    EXPECT_EQ(aip::base::printableLines("\u202e\nb"), "\\u202e\nb");
}

TEST(Counted, hasOneOfAThing) {
    EXPECT_EQ(aip::base::counted(0, "result"), "0 results");
    EXPECT_EQ(aip::base::counted(1, "result"), "1 result");
    EXPECT_EQ(aip::base::counted(2, "answer"), "2 answers");
}

}  // namespace
