#include "base/json_values.h"

#include "base/json_check.h"
#include "base/json_members.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace {

using namespace aip::base;

std::string repeated(std::string_view text, std::size_t times) {
    std::string out;
    out.reserve(text.size() * times);
    for (std::size_t i = 0; i < times; ++i) {
        out += text;
    }
    return out;
}

TEST(JsonValues, areBounded) {
    EXPECT_FALSE(hasTooManyValues("[" + repeated("0,", mostJsonValues - 2) + "0]"));
    EXPECT_TRUE(hasTooManyValues("[" + repeated("0,", mostJsonValues - 1) + "0]"));
    EXPECT_TRUE(hasTooManyValues("[" + repeated("[],", mostJsonValues / 2) + "0]"));
    EXPECT_TRUE(hasTooManyValues("{" + repeated(R"("":0,)", mostJsonValues / 2) + R"("":0})"));
}

TEST(JsonValues, areNotWhatStandsInStrings) {
    EXPECT_FALSE(hasTooManyValues(R"(["\\",")" + repeated(R"(,[\"{:)", mostJsonValues) + "\"]"));
    EXPECT_FALSE(hasTooManyValues("\"" + repeated(",", 2 * mostJsonValues)));
}

TEST(JsonValues, areRefusedWhereTextsOfStrangersAreRead) {
    const std::string list = "[" + repeated("0,", mostJsonValues) + "0]";
    const auto checked = checkJson(list);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code(), Code::exhausted);
    EXPECT_THAT(checked.error().text(), testing::HasSubstr("more than 4000000 values"));
    const auto members = jsonMembers("{\"a\":" + list + "}", 256);
    ASSERT_FALSE(members);
    EXPECT_EQ(members.error().code(), Code::exhausted);
}

}  // namespace
