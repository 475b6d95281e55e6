#include "base/json_check.h"

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

TEST(CheckJson, limitsTheNesting) {
    const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    EXPECT_TRUE(checkJson(nested(255)));
    EXPECT_FALSE(checkJson(nested(257)));
    EXPECT_FALSE(checkJson(nested(100'000)));
}

TEST(CheckJson, readsASliceOfALargerBufferWithoutACopy) {
    const std::string buffer = R"(junk{"payload":"a"}, "more": [1, 2])" + std::string(jsonPadding, ' ');
    const std::string_view slice = std::string_view(buffer).substr(4, 15);
    EXPECT_TRUE(checkJson(slice, Padding::present));
    EXPECT_FALSE(checkJson(slice.substr(0, 14), Padding::present));
}

}  // namespace
