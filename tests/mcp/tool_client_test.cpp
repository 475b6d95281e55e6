#include "mcp/tool_client.h"

#include <gtest/gtest.h>

#include <string>
#include <variant>
#include <vector>

namespace {

using namespace aip::mcp;
using aip::base::Code;

/// A client and what it sends.
struct Peer {
    ToolClient client;
    std::string sent;

    std::vector<Event> says(const std::string& line) {
        sent.clear();
        return client.take(line, sent);
    }
    /// The one event of a line.
    template <typename Kind>
    Kind says(const std::string& line) {
        const auto events = says(line);
        EXPECT_EQ(events.size(), 1U) << line;
        const auto* found = events.empty() ? nullptr : std::get_if<Kind>(&events.front());
        EXPECT_NE(found, nullptr) << line;
        return found == nullptr ? Kind() : *found;
    }
    Ready opened(
        const std::string& tools = R"([{"name":"a"},{"name":"w","outputSchema":{"x-fastmcp-wrap-result":true}}])") {
        client.open();
        EXPECT_TRUE(says(R"({"id":1,"result":{"protocolVersion":"2025-06-18"}})").empty());
        return says<Ready>(R"({"id":2,"result":{"tools":)" + tools + "}}");
    }
};

TEST(ToolClient, opensAndLearnsTheTools) {
    Peer peer;
    EXPECT_EQ(peer.client.open(),
              R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25",)"
              R"("capabilities":{},"clientInfo":{"name":"aip-agent","version":"1"}}})"
              "\n");
    EXPECT_TRUE(peer.says(R"({"jsonrpc":"2.0","method":"notifications/tools/list_changed"})").empty());
    EXPECT_TRUE(peer.says(R"({"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2024-11-05"}})").empty());
    EXPECT_EQ(peer.sent, R"({"jsonrpc":"2.0","method":"notifications/initialized","params":{}})"
                         "\n"
                         R"({"jsonrpc":"2.0","id":2,"method":"tools/list","params":{}})"
                         "\n");
    EXPECT_TRUE(peer.says(R"({"id":2,"result":{"tools":[{"name":"a"}],"nextCursor":"x\"y"}})").empty());
    EXPECT_EQ(peer.sent, R"({"jsonrpc":"2.0","id":3,"method":"tools/list","params":{"cursor":"x\"y"}})"
                         "\n");
    EXPECT_EQ(peer.says<Ready>(R"({"id":3,"result":{"tools":[{"name":"b"},7,{}]}})").tools,
              (std::set<std::string>{"", "a", "b"}));
}

TEST(ToolClient, saysWhyAProgramIsUnusable) {
    struct Row {
        std::string answer;
        std::string why;
    };
    for (const auto& [answer, why] :
         {Row{R"({"id":1,"result":{"protocolVersion":"1999-01-01"}})", "it speaks MCP of an unknown revision"},
          Row{R"({"id":1,"result":7})", "it speaks MCP of an unknown revision"},
          Row{R"({"id":1,"error":{"code":-1,"message":"not today"}})", "it refuses to be initialized: not today"}}) {
        Peer peer;
        peer.client.open();
        EXPECT_EQ(peer.says<Unusable>(answer).why, why);
    }
    Peer peer;
    peer.client.open();
    peer.says(R"({"id":1,"result":{"protocolVersion":"2025-11-25"}})");
    EXPECT_EQ(peer.says<Unusable>(R"({"id":2,"result":{}})").why, "it does not list its tools");
}

TEST(ToolClient, doesNotFollowAListWithoutEnd) {
    Peer peer;
    peer.client.open();
    peer.says(R"({"id":1,"result":{"protocolVersion":"2025-11-25"}})");
    for (int id = 2; id < 66; ++id) {
        EXPECT_TRUE(
            peer.says(R"({"id":)" + std::to_string(id) + R"(,"result":{"tools":[],"nextCursor":"n"}})").empty());
    }
    EXPECT_EQ(peer.says<Unusable>(R"({"id":66,"result":{"tools":[],"nextCursor":"n"}})").why,
              "its list of tools does not end");
}

TEST(ToolClient, callsOnOneLine) {
    Peer peer;
    peer.opened();
    const auto sent = peer.client.call({"a", "{\n\"x\":\r\n1}", "c-1", 500});
    EXPECT_EQ(sent.line, R"({"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"a","arguments":{ "x":  1},)"
                         R"("_meta":{"progressToken":3,"aip/call_id":"c-1","aip/deadline_ms":500}}})"
                         "\n");
}

TEST(ToolClient, saysWhoAsks) {
    Peer peer;
    peer.opened();
    const auto sent = peer.client.call({"a", "{}", "c-1", 500, {{"aip/agent", "Host\"Agent\n"}, {"aip/task", "t-1"}}});
    EXPECT_NE(sent.line.find(R"("aip/deadline_ms":500,"aip/agent":"Host\"Agent\n","aip/task":"t-1"}}})"),
              std::string::npos)
        << sent.line;
}

struct ResultRow {
    const char* tool;
    const char* answer;  ///< after the id
    Code code;
    const char* text;
};

TEST(ToolClient, tellsHowACallEnded) {
    for (const auto& row : {
             ResultRow{"a", R"("result":{"content":[{"type":"text","text":"x\ny"}]})", Code::ok, R"("x\ny")"},
             ResultRow{"a", R"("result":{"content":[]})", Code::ok, "null"},
             ResultRow{"a", R"("result":{})", Code::ok, "null"},
             ResultRow{"a", R"("result":7)", Code::ok, "null"},
             ResultRow{"a", R"("result":{"content":[{"type":"image","data":"AA"}]})", Code::ok,
                       R"([{"type":"image","data":"AA"}])"},
             ResultRow{"a", R"("result":{"content":[{"type":"text","text":"x"},{"type":"text","text":"y"}]})", Code::ok,
                       R"([{"type":"text","text":"x"},{"type":"text","text":"y"}])"},
             ResultRow{"a", R"("result":{"content":[],"structuredContent":{"result":[1, 2]}})", Code::ok,
                       R"({"result":[1,2]})"},
             ResultRow{"w", R"("result":{"content":[],"structuredContent":{"result":[1, 2]}})", Code::ok, "[1,2]"},
             ResultRow{"w", R"("result":{"structuredContent":{"result":null}})", Code::ok, "null"},
             ResultRow{"w", R"("result":{"structuredContent":{"other":1}})", Code::ok, R"({"other":1})"},
             ResultRow{"a", R"("result":{"isError":true,"content":[{"type":"text","text":"no"}]})", Code::internal,
                       "no"},
             ResultRow{"a",
                       R"("result":{"isError":true,"content":[{"type":"text","text":"no"}],"_meta":{"aip/code":2}})",
                       Code::notFound, "no"},
             ResultRow{"a", R"("result":{"isError":true,"_meta":{"aip/code":99}})", Code::internal,
                       "the tool failed and said nothing"},
             ResultRow{"a", R"("error":{"code":-32602,"message":"bad"})", Code::invalid, "bad"},
             ResultRow{"a", R"("error":{"code":-32601,"message":"none"})", Code::notFound, "none"},
             ResultRow{"a", R"("error":5)", Code::internal, "the program answered with error 0"},
             ResultRow{"a", R"("other":5)", Code::internal, "the program's answer is empty"},
         }) {
        Peer peer;
        peer.opened();
        const auto sent = peer.client.call({row.tool, "{}", "c", 1});
        const auto over =
            peer.says<Finished>(R"({"jsonrpc":"2.0","id":)" + std::to_string(sent.id) + "," + row.answer + "}");
        EXPECT_EQ(over.call, sent.id) << row.answer;
        EXPECT_EQ(over.code, row.code) << row.answer;
        EXPECT_EQ(over.text, row.text) << row.answer;
    }
}

TEST(ToolClient, givesACancelledCallUpAtTheNextSignOfLife) {
    Peer peer;
    peer.opened();
    const auto sent = peer.client.call({"a", "{}", "c", 1});
    EXPECT_EQ(peer.client.cancel(sent.id),
              R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":3}})"
              "\n"
              R"({"jsonrpc":"2.0","id":4,"method":"ping","params":{}})"
              "\n");
    EXPECT_EQ(peer.says<GivenUp>(R"({"id":4,"result":{}})").call, sent.id);
    peer.says<Ignored>(R"({"id":3,"result":{}})");
}

TEST(ToolClient, takesTheAnswerOfACancelledCallThatComesFirst) {
    Peer peer;
    peer.opened();
    const auto sent = peer.client.call({"a", "{}", "c", 1});
    peer.client.cancel(sent.id);
    EXPECT_EQ(peer.says<Finished>(R"({"id":3,"result":{"content":[]}})").text, "null");
    EXPECT_TRUE(peer.says(R"({"id":4,"result":{}})").empty());
    EXPECT_EQ(peer.client.cancel(sent.id), "");
}

TEST(ToolClient, reportsTheProgressOfCallsOnly) {
    Peer peer;
    peer.opened();
    const auto sent = peer.client.call({"a", "{}", "c", 1});
    const auto progress = [&](const std::string& rest) {
        return R"({"method":"notifications/progress","params":{"progressToken":)" + rest + "}}";
    };
    const auto known = peer.says<Progress>(progress(R"(3,"progress":1,"total":4,"message":"quarter")"));
    EXPECT_EQ(known.call, sent.id);
    EXPECT_EQ(known.permille, 250U);
    EXPECT_EQ(known.text, "quarter");
    EXPECT_EQ(peer.says<Progress>(progress(R"(3,"progress":1e308,"total":1e-300)")).permille, 0U);
    EXPECT_EQ(peer.says<Progress>(progress(R"(3,"progress":-5)")).permille, 0U);
    EXPECT_EQ(peer.says<Progress>(progress(R"(3,"progress":9999)")).permille, 1000U);
    for (const char* unknown : {"4", "\"3\"", "-1", "null", "1"}) {
        EXPECT_TRUE(peer.says(progress(unknown)).empty()) << unknown;
    }
}

TEST(ToolClient, ignoresWhatIsNoMessage) {
    Peer peer;
    peer.opened();
    for (const std::string& line :
         {std::string("hello"), std::string(), std::string("[]"), std::string("7"), std::string("{}"),
          std::string(R"({"id":99,"result":{}})"), std::string(R"({"id":"1","result":{}})"),
          std::string(R"({"id":-1,"result":{}})"), std::string(10'000, '[')}) {
        peer.says<Ignored>(line);
        EXPECT_EQ(peer.sent, "");
    }
}

TEST(ToolClient, answersWhatAServerAsks) {
    Peer peer;
    peer.opened();
    EXPECT_TRUE(peer.says(R"({"id":"a\"b","method":"ping"})").empty());
    EXPECT_EQ(peer.sent, R"({"jsonrpc":"2.0","id":"a\"b","result":{}})"
                         "\n");
    EXPECT_TRUE(peer.says(R"({"id":0,"method":"roots/list"})").empty());
    EXPECT_EQ(peer.sent, R"({"jsonrpc":"2.0","id":0,"error":{"code":-32601,"message":"Method not found"}})"
                         "\n");
}

}  // namespace
