#include "base/long_strings.h"

#include "base/json_check.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace {

using aip::base::checkJson;
using aip::base::jsonStringLength;
using aip::base::LongStrings;

const std::string longText(LongStrings::longFrom, 'x');
const std::string longJson = "\"" + longText + "\"";

TEST(LongStrings, areTakenOutAndPutBack) {
    for (const auto& json :
         {longJson, "[" + longJson + ",1," + longJson + "]", R"({"a":"b","c":)" + longJson + R"(,"d":[" \" ",null]})",
          " [\t" + longJson + "\n] ", "{" + longJson + ":" + longJson + "}",
          "[\"" + longText + R"(\n\"\\\u00e9\ud83d\ude00)" + "\xc3\xa9" + "\"]"}) {
        const auto strings = LongStrings::takenOutOf(json);
        ASSERT_TRUE(strings) << json.substr(0, 50);
        EXPECT_LT(strings->rest().size(), 1'000U);
        EXPECT_TRUE(checkJson(strings->rest())) << strings->rest();
        const auto whole = strings->putBack(strings->rest());
        EXPECT_TRUE(whole.join() == json) << strings->rest();
        EXPECT_EQ(whole.size(), json.size());
        EXPECT_EQ(whole.pieces().size(), 2 * whole.parts.size() + 1);
    }
}

TEST(LongStrings, areSlicesOfTheText) {
    const std::string json = "[" + longJson + "]";
    const auto strings = LongStrings::takenOutOf(json);
    ASSERT_TRUE(strings);
    const auto whole = strings->putBack("other " + strings->rest().substr(1));
    ASSERT_EQ(whole.parts.size(), 1U);
    EXPECT_EQ(whole.parts[0].begin, "other \"");
    EXPECT_EQ(whole.parts[0].slice.data(), json.data() + 2);
    EXPECT_EQ(whole.parts[0].slice.size(), longText.size());
    EXPECT_EQ(whole.end, "\"]");
    EXPECT_TRUE(strings->putBack("nothing of it").parts.empty());
}

TEST(LongStrings, areNotTakenOutOfAnythingElse) {
    std::string many = "[1";
    while (many.size() < LongStrings::mostRest) {
        many += ",\"many short ones\"";
    }
    for (const auto& json :
         {std::string(), std::string("{}"), std::string("\"short\""), std::string(1'000'000, '1'),
          many + "," + longJson + "]", "[\"" + longText, "[\"" + longText + "\n\"]", "[\"" + longText + "\\x\"]",
          "[\"" + longText + "\\ud83d\"]", "[\"" + longText + "\\ude00\"]", "[\"" + longText + "\\ud83d\\u0041\"]",
          "[\"" + longText + "\\u12g4\"]", "[\"" + longText + "\xff\"]", longJson + "\"open"}) {
        EXPECT_FALSE(LongStrings::takenOutOf(json)) << json.substr(0, 50);
    }
}

TEST(LongStrings, makeNoDifferenceToWhatIsValid) {
    for (const auto& [text, valid] : std::vector<std::pair<std::string, bool>>{{"[L]", true},
                                                                               {"[L,L]", true},
                                                                               {"{\"a\":L}", true},
                                                                               {"{L:L}", true},
                                                                               {"[L", false},
                                                                               {"[L]]", false},
                                                                               {"[LL]", false},
                                                                               {"{L}", false},
                                                                               {"[L,]", false},
                                                                               {"[L,tru]", false},
                                                                               {"[L,\"\\x\"]", false},
                                                                               {"[L,\"\xff\"]", false},
                                                                               {"[L,\"\n\"]", false},
                                                                               {"[L,\"\\ud800\"]", false},
                                                                               {"[L,1e999999]", false},
                                                                               {"[L,\"open]", false},
                                                                               {"[L]\xff", false},
                                                                               {"", false}}) {
        std::string json;
        for (const char c : text) {
            json += c == 'L' ? longJson : std::string(1, c);
        }
        EXPECT_EQ(static_cast<bool>(checkJson(json)), valid) << text;
    }
}

TEST(JsonStringLength, endsAtTheQuote) {
    EXPECT_EQ(jsonStringLength("abc\"d"), 3U);
    EXPECT_EQ(jsonStringLength("\""), 0U);
    EXPECT_EQ(jsonStringLength(R"(a\"b")"), 4U);
    EXPECT_EQ(jsonStringLength(R"(\\")"), 2U);
    for (const auto* text : {"", "abc", "a\\", "a\\\"", "\\u12\"", "\\u", "a\nb\"", "\\0\""}) {
        EXPECT_FALSE(jsonStringLength(text)) << text;
    }
}

}  // namespace
