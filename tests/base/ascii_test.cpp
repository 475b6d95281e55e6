#include "base/ascii.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace {

using namespace aip::base;

TEST(Ascii, knowsItsLettersOnly) {
    std::string letters;
    std::string digits;
    std::string ofTokens;
    for (int byte = 0; byte < 256; ++byte) {
        const auto c = static_cast<char>(byte);
        EXPECT_EQ(isLetterOrDigit(c), isLetter(c) || isDigit(c)) << byte;
        letters += isLetter(c) ? std::string(1, c) : "";
        digits += isDigit(c) ? std::string(1, c) : "";
        ofTokens += isToken({&c, 1}) && !isLetterOrDigit(c) ? std::string(1, c) : "";
    }
    EXPECT_EQ(letters, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    EXPECT_EQ(digits, "0123456789");
    EXPECT_EQ(ofTokens, "!#$%&'*+-.^_`|~");
    EXPECT_TRUE(isToken("Content-Length"));
    EXPECT_FALSE(isToken("Content-Length "));
    EXPECT_FALSE(isToken(""));
}

TEST(Ascii, leavesOtherLettersAsTheyAre) {
    EXPECT_EQ(lowered("Content-LENGTH @[`{ \xC3\x84"), "content-length @[`{ \xC3\x84");
    EXPECT_TRUE(equalNoCase("", ""));
    EXPECT_TRUE(equalNoCase("chunked", "Chunked"));
    EXPECT_FALSE(equalNoCase("chunked", "chunke"));
    EXPECT_FALSE(equalNoCase("chunke", "chunked"));
    EXPECT_FALSE(equalNoCase("@", "`"));
    EXPECT_FALSE(equalNoCase("\xC3\x84", "\xC3\xA4"));
}

TEST(Ascii, trimsBothEnds) {
    EXPECT_EQ(trimmed(""), "");
    EXPECT_EQ(trimmed(" \t\r\n"), "");
    EXPECT_EQ(trimmed(" a b\r\n"), "a b");
    EXPECT_EQ(trimmed("\n a\n", " \t"), "\n a\n");
    EXPECT_EQ(trimmed(" \ta\t ", " \t"), "a");
}

TEST(Ascii, writesHex) {
    EXPECT_EQ(hexOf({}), "");
    EXPECT_EQ(hexOf(std::array<unsigned char, 4>{0x00, 0x0F, 0xA0, 0xFF}), "000fa0ff");
}

}  // namespace
