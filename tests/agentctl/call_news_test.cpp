#include "call_news.h"

#include <gtest/gtest.h>

namespace {

using aip::agentctl::CallNews;
using aip::agentctl::Document;

std::string told(CallNews& news, const std::string& calls) {
    const auto document = Document::parse(R"({"calls":[)" + calls + R"(],"left_out":0})");
    EXPECT_TRUE(document);
    return document ? news.lines(document->root()) : "";
}

TEST(CallNews, tellsWhatHasChanged) {
    CallNews news;
    EXPECT_EQ(told(news, ""), "");
    const std::string begun = R"({"id":7,"age_ms":10,"state":"queued","tool":"echo","door":"server","session":"s1"})";
    EXPECT_EQ(told(news, begun), "call 7: echo (server, session s1): queued\n");
    EXPECT_EQ(told(news, begun), "");
    EXPECT_EQ(told(news, R"({"id":7,"age_ms":2500,"state":"running","tool":"echo","door":"server","session":"s1",)"
                         R"("permille":500,"progress":"half\u001b[31m"})"),
              "call 7: echo (server, session s1): running, 50 %, half\\x1b[31m\n");
    EXPECT_EQ(told(news, ""), "call 7: echo (server, session s1): over after about 2 s\n");
}

}  // namespace
