#include "base/json_check.h"

#include "base/json_parser.h"
#include "base/json_text.h"

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace aip::base;

TEST(CheckJson, tellsPlainStringsFromWhatOnlyLooksLikeThem) {
    EXPECT_TRUE(checkJson(R"("plain")"));
    EXPECT_TRUE(checkJson(R"("")"));
    EXPECT_TRUE(checkJson(R"("escaped \" \u00e9")"));
    EXPECT_FALSE(checkJson("\""));
    EXPECT_FALSE(checkJson(R"("one" "two")"));
    EXPECT_FALSE(checkJson(R"("open\")"));
    EXPECT_FALSE(checkJson("\"tab\tinside\""));
    EXPECT_FALSE(checkJson("\"not UTF-8: \xC3\""));
}

/// A long string is looked at piece by piece.
TEST(CheckJson, seesCharactersAndDefectsOfLongStringsWhereverTheyStand) {
    for (const std::size_t piece : {16UL << 10U, 32UL << 10U}) {
        for (std::size_t before = piece - 6; before < piece + 6; ++before) {
            for (const char* const rest : {"\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "plain"}) {
                const std::string good = std::string(before, 'x') + rest + std::string(piece, 'y');
                EXPECT_TRUE(checkJson('"' + good + '"')) << before;
                EXPECT_FALSE(checkJson('"' + good.substr(0, before + 1) + "\n" + good + '"')) << before;
            }
            for (const char* const bad :
                 {"\xC3", "\xE2\x82", "\xF0\x9F\x98", "\x80", "\x80\x80\x80\x80\x80", "\xED\xA0\x80"}) {
                EXPECT_FALSE(checkJson('"' + std::string(before, 'x') + bad + std::string(piece, 'y') + '"')) << before;
            }
        }
    }
}

TEST(CheckJson, limitsTheNesting) {
    const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    EXPECT_TRUE(checkJson(nested(255)));
    EXPECT_FALSE(checkJson(nested(257)));
    EXPECT_FALSE(checkJson(nested(100'000)));
}

struct Number {
    const char* json;
    const char* problem;
};

std::ostream& operator<<(std::ostream& out, const Number& number) {
    return out << number.json;
}

class CheckJsonNumber : public testing::TestWithParam<Number> {};

TEST_P(CheckJsonNumber, isReadableOrNamed) {
    const auto checked = checkJson(GetParam().json);
    EXPECT_EQ(checked ? "" : checked.error().text(), GetParam().problem);
}

constexpr const char* wide = "not readable: a whole number of more than 64 bits is not supported";
constexpr const char* high = "not readable: a number beyond the range of a double is not supported";
constexpr const char* malformed = "not valid JSON: a number is malformed";

INSTANTIATE_TEST_SUITE_P(Base, CheckJsonNumber,
                         testing::Values(Number{"18446744073709551615", ""}, Number{"18446744073709551616", wide},
                                         Number{"-9223372036854775808", ""}, Number{"-9223372036854775809", wide},
                                         Number{R"({"a":[0,-0.5,1E-400,"12\"",99999999999999999999999]})", wide},
                                         Number{"1e29", ""}, Number{"[1.5,1e999]", high}, Number{"-1E+400", high},
                                         Number{"[01]", malformed}, Number{"[1.]", malformed}, Number{"[-]", malformed},
                                         Number{"[1e]", malformed},
                                         Number{"[.5]", "not valid JSON: its structure is broken"},
                                         Number{R"(["99999999999999999999999",01])", malformed},
                                         Number{"[01,99999999999999999999999]", malformed}));

TEST(CheckJson, readsASliceOfALargerBufferWithoutACopy) {
    const std::string buffer = R"(junk{"payload":"a"}, "more": [1, 2])" + std::string(jsonPadding, ' ');
    const std::string_view slice = std::string_view(buffer).substr(4, 15);
    EXPECT_TRUE(checkJson(slice, Padding::present));
    EXPECT_FALSE(checkJson(slice.substr(0, 14), Padding::present));
}

TEST(ThreadParser, keepsNoMoreThanSmallTextsNeed) {
    for (const std::size_t size : {1'000UL, 100'000UL}) {
        EXPECT_TRUE(checkJson('[' + std::string(size, ' ') + ']'));
        EXPECT_EQ((*ThreadParser()).capacity() > 0, size == 1'000) << size;
    }
}

}  // namespace
