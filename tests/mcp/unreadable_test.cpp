#include "mcp/unreadable.h"

#include <gtest/gtest.h>

#include <string>

namespace {

using aip::mcp::answeredBy;
using aip::mcp::withoutUnreadableTools;

std::string answerOf(const std::string& tools) {
    return R"({"id":7,"result":{"_meta":{"a":{"tools":[{"b":NaN}]}},"tools":[)" + tools + R"(],"nextCursor":"c"}})";
}

std::string nested(std::size_t levels) {
    return R"({"name":"deep","s":)" + std::string(levels, '[') + std::string(levels, ']') + "}";
}

TEST(Unreadable, tellsWhichRequestIsAnswered) {
    EXPECT_EQ(answeredBy(R"({"jsonrpc":"2.0","id":7,"result":{"x":NaN}})"), 7U);
    EXPECT_EQ(answeredBy(R"({"result":{"text":"\ud800"},"id" : 7 })"), 7U);
    EXPECT_EQ(answeredBy("{\"id\":7,\"error\":{\"message\":\"a\xff\"}}"), 7U);
    EXPECT_EQ(answeredBy(R"({"id":7,"result":)" + std::string(100'000, '[') + std::string(100'000, ']') + "}"), 7U);
    EXPECT_EQ(answeredBy(R"( {"id":7,"result":{"id":8,"text":"\"id\":9,}"},"x":[{"id":10}],"y":"{"} )"), 7U);
    EXPECT_EQ(answeredBy(R"({"id":7,"result":"is cut)"), 7U);
}

TEST(Unreadable, takesNothingElseForAnAnswer) {
    for (const char* line : {"",
                             "{",
                             "7",
                             "[",
                             "}}{\"id\":7,\"result\":1}",
                             "\"id\":7,\"result\":1",
                             "debug: {\"id\":7",
                             "{\"id\"",
                             "{\"id\":",
                             "{\"id\":7",
                             "{\"id\":7}",
                             "{\"id\":-7,\"result\":1}",
                             "{\"id\":7.5,\"result\":1}",
                             "{\"id\":\"7\",\"result\":1}",
                             "{\"id\":99999999999999999999,\"result\":1}",
                             "\"\\",
                             R"([{"id":7,"result":NaN}])",
                             R"({"id":7,"method":"ping","params":NaN,"result":1})",
                             R"({"level":"info","id":7,"value":NaN})",
                             R"({"a":{"id":7,"result":NaN}})"}) {
        EXPECT_EQ(answeredBy(line), 0U) << line;
    }
}

TEST(Unreadable, leavesOutToolsThatCannotBeRead) {
    struct Row {
        std::string tool, instead;
    };
    const std::string good = R"({"name":"a","x":"\"}]"} , )";
    for (const auto& [tool, instead] :
         {Row{nested(252), nested(252)},
          {nested(253), R"({"name":"deep","aip/unreadable":"not valid JSON: nested deeper than 256 levels"})"},
          {nested(100'000), R"({"name":"deep","aip/unreadable":"not valid JSON: nested deeper than 256 levels"})"},
          {"{\"title\":\"\xff\",\"name\" : \"b\\u00e9\"}",
           "{\"name\":\"b\xc3\xa9\",\"aip/unreadable\":\"not valid JSON: invalid UTF-8\"}"},
          {"{\"name\":\"\xff\"}",
           "{\"name\":\"\xef\xbf\xbd\",\"aip/unreadable\":\"not valid JSON: invalid UTF-8\"}"}}) {
        EXPECT_EQ(withoutUnreadableTools(answerOf(good + tool + R"(,{"name":"z"})")),
                  answerOf(good + instead + R"(,{"name":"z"})"));
    }
}

TEST(Unreadable, leavesAllElseAsItIs) {
    for (const std::string text :
         {"", "{", "]]]]]", "\"", "[[[[{", R"({"id":7,"result":{"tools":[[{"x":NaN}]]}})",
          R"({"id":7,"result":{"tools":[{"name":"a")", R"({"id":7,"result":{"x":[{"y":NaN}]}})"}) {
        EXPECT_EQ(withoutUnreadableTools(text), text);
    }
}

}  // namespace
