#include "mcp/header_arguments.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace {

using namespace aip::mcp;

using Headers = std::vector<std::pair<std::string, std::string>>;

std::string withProperties(const std::string& properties) {
    return R"({"type":"object","properties":)" + properties + "}";
}

TEST(HeaderArguments, areReadFromASchema) {
    const auto found = headerArguments(withProperties(
        R"({"a":{"type":"string","x-mcp-header":"A"},"b":{"type":"string","default":{"x-mcp-header":1}},
            "c":{"type":"object","properties":{"d":{"type":"integer","x-mcp-header":"D.1"}}},
            "x-mcp-header":{"type":"boolean"}})"));
    ASSERT_TRUE(found);
    ASSERT_EQ(found->size(), 2U);
    EXPECT_EQ(found->front().header, "Mcp-Param-A");
    EXPECT_EQ(found->front().path, std::vector<std::string>{"a"});
    EXPECT_FALSE(found->front().isNumber);
    EXPECT_EQ(found->back().header, "Mcp-Param-D.1");
    EXPECT_EQ(found->back().path, (std::vector<std::string>{"c", "d"}));
    EXPECT_TRUE(found->back().isNumber);
    EXPECT_TRUE(headerArguments("{}")->empty());
}

TEST(HeaderArguments, aSchemaThatMarksTheWrongThingIsRefused) {
    const std::string good = R"({"type":"string","x-mcp-header":"A"})";
    for (const std::string& schema : std::vector<std::string>{
             R"({"type":"object","x-mcp-header":"A"})", R"({"items":)" + good + "}",
             R"({"allOf":[{"properties":{"a":)" + good + "}}]}", R"({"$defs":{"a":)" + good + "}}",
             R"({"if":{"properties":{"a":)" + good + "}}}", R"({"additionalProperties":)" + good + "}",
             withProperties(R"({"a":{"type":"array","items":)" + good + "}}"),
             withProperties(R"({"a":)" + good + R"(,"b":{"type":"string","x-mcp-header":"a"}})"),
             withProperties(R"({"a":{"type":"string","x-mcp-header":""}})"),
             withProperties(R"({"a":{"type":"string","x-mcp-header":"a b"}})"),
             withProperties(R"({"a":{"type":"string","x-mcp-header":"a:b"}})"),
             withProperties(R"({"a":{"type":"string","x-mcp-header":"a\nb"}})"),
             withProperties(R"({"a":{"type":"string","x-mcp-header":"\u00e9"}})"),
             withProperties(R"({"a":{"type":"string","x-mcp-header":1}})"),
             withProperties(R"({"a":{"type":"number","x-mcp-header":"A"}})"),
             withProperties(R"({"a":{"type":"object","x-mcp-header":"A"}})"),
             withProperties(R"({"a":{"type":["string","null"],"x-mcp-header":"A"}})"),
             withProperties(R"({"a":{"x-mcp-header":"A"}})")}) {
        EXPECT_FALSE(headerArguments(schema)) << schema;
    }
}

TEST(HeaderArguments, becomeHeaders) {
    const HeaderArguments all{{"Mcp-Param-A", {"a"}}, {"Mcp-Param-B", {"b", "c"}, true}};
    const std::string big = R"({"b":{"c":9007199254740993}})";
    for (const auto& [arguments, headers] :
         {std::pair<std::string, Headers>{R"({"a":"x","b":{"c":-7}})", {{"Mcp-Param-A", "x"}, {"Mcp-Param-B", "-7"}}},
          {R"({"a":true,"b":{"c":42.0}})", {{"Mcp-Param-A", "true"}, {"Mcp-Param-B", "42"}}},
          {R"({"a":"","b":7})", {{"Mcp-Param-A", ""}}},
          {R"({"a":"\u4e16","b":{}})", {{"Mcp-Param-A", "=?base64?5LiW?="}}},
          {R"({"a":null,"b":{"c":1.5}})", {}},
          {R"({"a":["x"],"b":{"c":{}}})", {}},
          {R"({"a":"x","a":"y"})", {{"Mcp-Param-A", "y"}}},
          {big, {}},
          {"{}", {}}}) {
        EXPECT_EQ(headersOf(all, arguments), headers) << arguments;
    }
}

TEST(HeaderArguments, areComparedAsWhatTheyAre) {
    const HeaderArgument text{"Mcp-Param-A", {"a"}};
    const HeaderArgument number{"Mcp-Param-A", {"a"}, true};
    EXPECT_TRUE(isSame(text, "1", "1"));
    EXPECT_FALSE(isSame(text, "1.0", "1"));
    EXPECT_TRUE(isSame(number, "1.0", "1"));
    EXPECT_FALSE(isSame(number, "1x", "1"));
    EXPECT_FALSE(isSame(number, "", "1"));
}

TEST(HeaderValue, isPlainWhereItCanBe) {
    for (const auto& [text, value] : {std::pair<std::string, std::string>{"us west", "us west"},
                                      {"", ""},
                                      {"a\tb", "a\tb"},
                                      {"\xE4\xB8\x96", "=?base64?5LiW?="},
                                      {" a", "=?base64?IGE=?="},
                                      {"a ", "=?base64?YSA=?="},
                                      {"a\r\nb", "=?base64?YQ0KYg==?="},
                                      {"=?base64?x?=", "=?base64?PT9iYXNlNjQ/eD89?="},
                                      {"=?base64?=", "=?base64?PT9iYXNlNjQ/PQ==?="},
                                      {"=?x?=", "=?x?="}}) {
        EXPECT_EQ(headerValue(text), value);
        EXPECT_EQ(headerText(value), text) << value;
    }
}

TEST(HeaderValue, thatIsNotValidIsNothing) {
    for (const char* value : {"\xE4\xB8\x96", "a\x01", "=?base64?SGVsbG8?=", "=?base64?SGVs!!!bG8=?="}) {
        EXPECT_EQ(headerText(value), std::nullopt) << value;
    }
    EXPECT_EQ(headerText(std::string("=?base64?").append("?=")), "");
}

}  // namespace
