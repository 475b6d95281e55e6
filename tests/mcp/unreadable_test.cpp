#include "mcp/unreadable.h"

#include <gtest/gtest.h>

#include <string>

namespace {

using aip::mcp::answeredBy;

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

}  // namespace
