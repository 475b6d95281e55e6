#include "json.h"

#include "messages.h"

#include <gtest/gtest.h>

namespace aip::tests {
namespace {

using namespace aip::server;

TEST(Json, keepsValuesAsTheyWereWritten) {
    const auto object = parseObject(R"( {"a" : [1, 2.50] , "b":{"c":null},"d":1e99 ,"e":"\u00e9","f":true,"g":null} )");
    ASSERT_TRUE(object) << object.error().text();
    EXPECT_EQ(object->at("a").raw, "[1, 2.50]");
    EXPECT_EQ(object->at("b").raw, R"({"c":null})");
    EXPECT_EQ(object->at("d").raw, "1e99");
    EXPECT_EQ(object->at("e").text, "é");
    EXPECT_EQ(object->at("f").kind, JsonKind::boolean);
    EXPECT_EQ(object->at("g").kind, JsonKind::null);
}

TEST(Json, ofANameThatStandsTwiceCountsTheLast) {
    EXPECT_EQ(parseObject(R"({"a":1,"a":2})")->at("a").raw, "2");
}

TEST(Json, isCheckedToItsLastByte) {
    for (const auto* text : {"",
                             " ",
                             "{",
                             "}",
                             "{} {}",
                             "{}x",
                             R"({"a":})",
                             R"({"a":1,})",
                             R"({"a":tru})",
                             R"({"a":nul})",
                             R"({"a":01})",
                             R"({"a":1.})",
                             R"({"a":-})",
                             R"({"a":1e})",
                             R"({"a":1e999})",
                             R"({"a":1 2})",
                             R"({"a":[1,2)",
                             R"({"a":[1 2]})",
                             R"({"a":[1}})",
                             R"({"a":["\q"]})",
                             R"({"a":"\ud800"})",
                             R"({"a":{"b":NaN}})",
                             "{\"a\":\"\xFF\"}",
                             "{\"a\":\"\n\"}",
                             R"({a:1})"}) {
        const auto object = parseObject(text);
        EXPECT_FALSE(object) << text;
    }
}

TEST(Json, takesTwoHundredAndFiftySixLevelsAndNoMore) {
    const auto nested = [](std::size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); };
    EXPECT_TRUE(parseObject(R"({"a":)" + nested(255) + "}"));
    EXPECT_FALSE(parseObject(R"({"a":)" + nested(256) + "}"));
    EXPECT_FALSE(parseArray(nested(1'000'000)));
}

TEST(Json, findsOneMemberOfEveryElement) {
    const auto array = parseObject(R"({"x":[{"status":"a"},{"status":1},{},7,{"y":{"status":"no"},"status":"b"}]})");
    const auto found = memberOfEach(array->at("x").raw, "status");
    ASSERT_EQ(found.size(), 5U);
    EXPECT_EQ(found[0], "a");
    EXPECT_FALSE(found[1]);
    EXPECT_FALSE(found[2]);
    EXPECT_FALSE(found[3]);
    EXPECT_EQ(found[4], "b");
}

TEST(Json, readerNamesTheMemberThatIsWrong) {
    const auto object = parseObject(R"({"text":1})");
    JsonReader reader(*object);
    reader.string("text");
    ASSERT_TRUE(reader.error());
    EXPECT_EQ(reader.error()->text(), "text: a string is expected");
}

TEST(ClientMessage, takesNullForWhatIsNotThere) {
    const auto message = decodeClientMessage(
        R"({"type":"command_results","status":"continue","session_id":null,"action_results":null,"metadata":null})");
    ASSERT_TRUE(message) << message.error().text();
    EXPECT_FALSE(message->sessionId);
    EXPECT_EQ(message->actionResults, "null");
    EXPECT_EQ(message->clientType, "device");
}

}  // namespace
}  // namespace aip::tests
