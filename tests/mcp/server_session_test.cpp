#include "mcp/server_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace aip::mcp;
using aip::base::Code;
using testing::HasSubstr;
using testing::Not;

const std::string modernMeta = R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
                               R"("io.modelcontextprotocol/clientCapabilities":{}})";

std::string request(const std::string& id, const std::string& method, const std::string& members = {}) {
    return R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":")" + method + R"(","params":{)" + members + "}}";
}

std::string modern(const std::string& id, const std::string& method, const std::string& members = {}) {
    return request(id, method, members + (members.empty() ? "" : ",") + modernMeta);
}

std::string notification(const std::string& method, const std::string& members) {
    return R"({"jsonrpc":"2.0","method":")" + method + R"(","params":{)" + members + "}}";
}

/// A session with three tools, and what it says.
struct Server {
    ServerSession session{{"agent", "1.2", "Be kind."}};
    ToolList tools{{{"plain", "Plain", "Says \"x\".", R"({"type":"object"})", "null", R"({"readOnlyHint":true})"},
                    {"sum", "", "", R"({"type":"object"})",
                     R"({"type":"object","properties":{"result":{}},"x-fastmcp-wrap-result":true})", "null"},
                    {"any", "", "", R"({"type":"object"})", R"({"type":"array"})", "null"}}};
    std::vector<ToClient> out;

    std::vector<ClientEvent> take(const std::string& message) {
        out.clear();
        auto asked = session.take(message, tools, out);
        for (auto& one : asked) {  // the slices end with the message
            if (auto* call = std::get_if<CallAsked>(&one)) {
                arguments = call->arguments;
                call->arguments = arguments;
            }
        }
        return asked;
    }
    /// The one answer to a message that asks for nothing.
    std::string answer(const std::string& message) {
        for (const auto& one : take(message)) {
            EXPECT_TRUE(std::holds_alternative<CallRefused>(one)) << message;
        }
        EXPECT_EQ(out.size(), 1U) << message;
        return out.empty() ? "" : out.front().text;
    }
    std::string initialize(const std::string& version = "2025-11-25") {
        return answer(request("0", "initialize", R"("protocolVersion":")" + version + R"(","capabilities":{})"));
    }
    void call(const std::string& message) {
        const auto asked = take(message);
        ASSERT_EQ(asked.size(), 1U) << (out.empty() ? message : out.front().text);
        ASSERT_TRUE(std::holds_alternative<CallAsked>(asked.front()));
    }
    std::string arguments;
};

TEST(ServerSession, agreesOnARevision) {
    for (const auto& [wanted, agreed] : {std::pair<std::string, std::string>{"2024-11-05", "2024-11-05"},
                                         {"2025-03-26", "2025-03-26"},
                                         {"2025-06-18", "2025-06-18"},
                                         {"2025-11-25", "2025-11-25"},
                                         {"2099-01-01", "2025-11-25"},
                                         {"2026-07-28", "2025-11-25"}}) {
        Server server;
        EXPECT_EQ(
            server.initialize(wanted),
            R"({"jsonrpc":"2.0","id":0,"result":{"protocolVersion":")" + agreed +
                R"(","capabilities":{"tools":{"listChanged":true}},"serverInfo":{"name":"agent","version":"1.2"},)"
                R"("instructions":"Be kind."}})");
        EXPECT_TRUE(server.take(notification("notifications/initialized", "")).empty());
        EXPECT_TRUE(server.out.empty());
        EXPECT_THAT(server.initialize(), HasSubstr("initialized already"));
    }
}

TEST(ServerSession, speaksBothErasAtOnce) {
    Server server;
    EXPECT_THAT(server.answer(request("1", "tools/list")), HasSubstr("-32600"));
    EXPECT_EQ(server.answer(request("1", "ping")), R"({"jsonrpc":"2.0","id":1,"result":{}})");
    const auto discovered = server.answer(modern("\"d\"", "server/discover"));
    EXPECT_THAT(discovered, HasSubstr(R"("supportedVersions":["2026-07-28","2025-11-25")"));
    EXPECT_THAT(discovered, HasSubstr(R"("resultType":"complete","_meta":{"io.modelcontextprotocol/serverInfo")"));
    server.initialize();
    EXPECT_THAT(server.answer(request("2", "tools/list")), Not(HasSubstr("resultType")));
    EXPECT_THAT(server.answer(modern("3", "tools/list")), HasSubstr(R"("ttlMs":0,"cacheScope":"private")"));
    EXPECT_THAT(server.answer(modern("4", "ping")), HasSubstr("-32601"));
    EXPECT_THAT(server.answer(request("5", "server/discover")), HasSubstr("-32601"));
    EXPECT_THAT(server.answer(request("6", "resources/list")), HasSubstr("-32601"));
}

TEST(ServerSession, refusesModernRequestsThatLackSomething) {
    Server server;
    const std::string version = R"("_meta":{"io.modelcontextprotocol/protocolVersion":)";
    EXPECT_THAT(
        server.answer(request("1", "tools/list", version + R"("1900-01-01"})")),
        HasSubstr(R"("code":-32022,"message":"Unsupported protocol version","data":{"supported":["2026-07-28")"));
    EXPECT_THAT(server.answer(request("1", "tools/list", version + "7}")), HasSubstr(R"("requested":"")"));
    EXPECT_THAT(server.answer(request("1", "tools/list", version + R"("2026-07-28"})")), HasSubstr("-32602"));
}

TEST(ServerSession, showsASchemaOfResultsWhereTheRevisionCanHoldThem) {
    Server server;
    server.initialize();
    const auto legacy = server.answer(request("1", "tools/list"));
    EXPECT_THAT(legacy, HasSubstr(R"([{"name":"plain","title":"Plain","description":"Says \"x\".","inputSchema":)"
                                  R"({"type":"object"},"annotations":{"readOnlyHint":true}},{"name":"sum")"));
    EXPECT_THAT(legacy, HasSubstr("x-fastmcp-wrap-result"));
    EXPECT_THAT(legacy, Not(HasSubstr(R"("type":"array")")));
    EXPECT_THAT(server.answer(modern("1", "tools/list")), HasSubstr(R"("outputSchema":{"type":"array"})"));
}

TEST(ServerSession, pagesALongList) {
    Server server;
    server.initialize();
    std::vector<ToolText> many;
    for (int i = 0; i < 30; ++i) {
        many.push_back({"t" + std::to_string(i), "", std::string(100'000, 'd'), "{}", "null", "null"});
    }
    server.tools = ToolList(many);
    const auto first = server.answer(request("1", "tools/list"));
    EXPECT_THAT(first, HasSubstr(R"("nextCursor":"t10")"));
    EXPECT_LT(first.size(), 1'300'000U);
    const auto second = server.answer(request("2", "tools/list", R"("cursor":"t10")"));
    EXPECT_THAT(second, HasSubstr(R"("tools":[{"name":"t11")"));
    EXPECT_THAT(server.answer(request("3", "tools/list", R"("cursor":"t21")")), Not(HasSubstr("nextCursor")));
    EXPECT_THAT(server.answer(request("4", "tools/list", R"("cursor":"gone")")), HasSubstr("-32602"));
}

TEST(ServerSession, answersACall) {
    Server server;
    server.initialize();
    server.call(request("7", "tools/call", R"("name":"sum","arguments":{"a": 1},"_meta":{"progressToken":"p"})"));
    EXPECT_EQ(server.arguments, R"({"a": 1})");
    EXPECT_FALSE(server.session.answered());
    const auto progress = server.session.progress("7", 250, "a \"quarter\"");
    ASSERT_TRUE(progress);
    EXPECT_EQ(progress->request, "7");
    EXPECT_FALSE(progress->last);
    EXPECT_EQ(progress->text, R"({"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"p",)"
                              R"("progress":250,"total":1000,"message":"a \"quarter\""}})");
    const auto answer = server.session.succeeded("7", "3");
    ASSERT_TRUE(answer);
    EXPECT_TRUE(answer->last);
    EXPECT_EQ(answer->text, R"({"jsonrpc":"2.0","id":7,"result":{"content":[{"type":"text","text":"3"}],)"
                            R"("structuredContent":{"result":3}}})");
    EXPECT_TRUE(server.session.answered());
    EXPECT_FALSE(server.session.succeeded("7", "3"));
    EXPECT_FALSE(server.session.progress("7", 300, ""));
}

/// Its room is counted, and asked for, before it is made.
TEST(ServerSession, makesALargeAnswerInOnePiece) {
    Server server;
    server.initialize();
    server.call(modern("7", "tools/call", R"("name":"sum")"));
    const std::string result = R"({"a":")" + std::string(100'000, '\\') + R"("})";
    const std::size_t room = server.session.largestAnswer("7", result);
    const auto answer = server.session.succeeded("7", result);
    ASSERT_TRUE(answer);
    EXPECT_GT(answer->text.size(), 300'000U);
    EXPECT_LE(answer->text.size(), room);
    EXPECT_LT(answer->text.capacity(), answer->text.size() + 2'000) << "it has grown";
    EXPECT_EQ(server.session.largestAnswer("7", result), 0U) << "it has its answer";
}

TEST(ServerSession, structuresAnyJsonForTheNewRevisionOnly) {
    Server server;
    server.initialize();
    server.call(request("1", "tools/call", R"("name":"any")"));
    EXPECT_EQ(server.arguments, "{}");
    EXPECT_FALSE(server.session.progress("1", 1, ""));
    EXPECT_THAT(server.session.succeeded("1", "[]")->text, Not(HasSubstr("structuredContent")));
    server.call(modern("2", "tools/call", R"("name":"any")"));
    EXPECT_THAT(server.session.succeeded("2", "[]")->text,
                HasSubstr(R"("structuredContent":[],"resultType":"complete")"));
    server.call(modern("3", "tools/call", R"("name":"any")"));
    EXPECT_THAT(server.session.failed("3", Code::notFound, "gone")->text,
                HasSubstr(R"("isError":true,"resultType":"complete","_meta":{"aip/code":2,"io.model)"));
}

TEST(ServerSession, refusesCallsThatItCannotPassOn) {
    Server server;
    server.initialize();
    EXPECT_THAT(server.answer(request("1", "tools/call", R"("name":"nope")")),
                HasSubstr(R"("code":-32602,"message":"Unknown tool: nope")"));
    EXPECT_THAT(server.answer(request("1", "tools/call", R"("name":7)")), HasSubstr("-32602"));
    EXPECT_THAT(server.answer(request("1", "tools/call", R"("name":"sum","arguments":[1])")), HasSubstr("-32602"));
    server.call(request("1", "tools/call", R"("name":"sum")"));
    EXPECT_THAT(server.answer(request("1", "ping")), HasSubstr("no answer yet"));
    EXPECT_THAT(server.answer(request('"' + std::string(2000, 'i') + '"', "ping")), HasSubstr("too long"));
    for (std::size_t i = 2; i <= ServerSession::mostCalls; ++i) {
        server.call(request(std::to_string(i), "tools/call", R"("name":"sum")"));
    }
    EXPECT_THAT(server.answer(request("999", "tools/call", R"("name":"sum")")), HasSubstr("-32000"));
}

TEST(ServerSession, leavesACancelledCallUnanswered) {
    Server server;
    server.initialize();
    server.call(request(R"("c")", "tools/call", R"("name":"sum")"));
    EXPECT_TRUE(server.take(notification("notifications/cancelled", R"("requestId":"other")")).empty());
    const auto asked = server.take(notification("notifications/cancelled", R"("requestId":"c","reason":"bored")"));
    ASSERT_EQ(asked.size(), 1U);
    EXPECT_EQ(std::get<CallCancelled>(asked.front()).request, R"("c")");
    EXPECT_TRUE(server.out.empty());
    EXPECT_FALSE(server.session.succeeded(R"("c")", "1"));
    EXPECT_TRUE(server.take(notification("notifications/cancelled", R"("requestId":"c")")).empty());
}

TEST(ServerSession, tellsOfOtherToolsWhoWantsToKnow) {
    Server server;
    EXPECT_TRUE(server.session.toolsChanged().empty());
    EXPECT_EQ(server.answer(modern("8", "subscriptions/listen", R"("notifications":{"toolsListChanged":true,"x":1})")),
              R"({"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{"_meta":)"
              R"({"io.modelcontextprotocol/subscriptionId":8},"notifications":{"toolsListChanged":true}}})");
    server.answer(modern("9", "subscriptions/listen", R"("notifications":{})"));
    ASSERT_EQ(server.session.toolsChanged().size(), 1U);
    EXPECT_EQ(server.session.toolsChanged().front().request, "8");
    EXPECT_THAT(server.session.toolsChanged().front().text, HasSubstr(R"("io.modelcontextprotocol/subscriptionId":8)"));
    server.initialize();
    EXPECT_EQ(server.session.toolsChanged().size(), 2U);
    server.take(notification("notifications/cancelled", R"("requestId":8)"));
    EXPECT_EQ(server.session.toolsChanged().size(), 1U);
    for (int i = 100; i < 163; ++i) {
        server.answer(modern(std::to_string(i), "subscriptions/listen"));
    }
    EXPECT_THAT(server.answer(modern("163", "subscriptions/listen")), HasSubstr("too many subscriptions"));
}

TEST(ServerSession, takesBatchesOfTheOneRevisionThatHasThem) {
    Server server;
    EXPECT_THAT(server.answer("[" + request("1", "ping") + "]"), HasSubstr("-32600"));
    server.initialize("2025-03-26");
    server.take("[" + request("1", "ping") + "," + notification("x", "") + ", 5, " + request("2", "ping") + "]");
    ASSERT_EQ(server.out.size(), 3U);
    EXPECT_THAT(server.out[1].text, HasSubstr(R"("id":null,"error":{"code":-32700)"));
    EXPECT_EQ(server.out[2].request, "2");
    EXPECT_THAT(server.answer("[]"), HasSubstr("1 to 100"));
    EXPECT_THAT(server.answer("[1,"), HasSubstr("-32700"));
}

TEST(ServerSession, answersRubbishAndIgnoresAnswers) {
    Server server;
    EXPECT_THAT(server.answer("rubbish"), HasSubstr(R"("id":null,"error":{"code":-32700)"));
    EXPECT_TRUE(server.take(R"({"jsonrpc":"2.0","id":1,"result":{}})").empty());
    EXPECT_TRUE(server.out.empty());
}

}  // namespace
