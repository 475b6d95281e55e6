#include "mcp_server/http_rules.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace {

using namespace aip::mcp_server;

const HttpRules rules{"/mcp", "secret", {"localhost", "127.0.0.1", "[::1]"}};

HttpHead good() {
    HttpHead head;
    head.method = "POST";
    head.path = "/mcp";
    head.host = "localhost:8000";
    head.authorization = "Bearer secret";
    head.contentType = "application/json; charset=utf-8";
    return head;
}

TEST(HttpRules, letInWhoIsMeant) {
    EXPECT_FALSE(refusalOf(good(), rules));
    for (const char* host : {"LOCALHOST", "127.0.0.1:1", "[::1]:80", "[::1]"}) {
        auto head = good();
        head.host = host;
        head.origin = std::string("http://") + host;
        EXPECT_FALSE(refusalOf(head, rules)) << host;
    }
    auto head = good();
    head.method = "GET";
    head.path = "/mcp?x=1";
    head.contentType.clear();
    head.authorization = "bearer secret";
    EXPECT_FALSE(refusalOf(head, rules));
}

TEST(HttpRules, refuseEverybodyElse) {
    struct Row {
        std::string HttpHead::*field;
        std::string value;
        int status;
    };
    for (const auto& [field, value, status] : {Row{&HttpHead::host, "evil.example", 403},
                                               {&HttpHead::host, "", 403},
                                               {&HttpHead::host, "localhost.evil", 403},
                                               {&HttpHead::host, "[::1", 403},
                                               {&HttpHead::origin, "http://evil.example", 403},
                                               {&HttpHead::origin, "null", 403},
                                               {&HttpHead::origin, "http://localhost:80@evil.example", 403},
                                               {&HttpHead::host, "localhost:80x", 403},
                                               {&HttpHead::host, "localhost:", 403},
                                               {&HttpHead::origin, "http://localhost.evil:80", 403},
                                               {&HttpHead::authorization, "", 401},
                                               {&HttpHead::authorization, "Bearer secreT", 401},
                                               {&HttpHead::authorization, "Bearer secret ", 401},
                                               {&HttpHead::authorization, "Basic secret", 401},
                                               {&HttpHead::authorization, "Bearer", 401},
                                               {&HttpHead::path, "/mcp/", 404},
                                               {&HttpHead::path, "/", 404},
                                               {&HttpHead::method, "PUT", 405},
                                               {&HttpHead::contentType, "text/plain", 415},
                                               {&HttpHead::contentType, "", 415}}) {
        auto head = good();
        head.*field = value;
        const auto refusal = refusalOf(head, rules);
        ASSERT_TRUE(refusal) << value;
        EXPECT_EQ(refusal->status, status) << value;
    }
    auto head = good();
    head.revision = "1999-01-01";
    EXPECT_FALSE(refusalOf(head, rules));
    head.session = "s";
    EXPECT_EQ(refusalOf(head, rules)->status, 400);
}

TEST(HttpRules, withoutAKeyNobodyIsLetIn) {
    auto without = rules;
    without.key.clear();
    for (const char* given : {"", "Bearer", "Bearer ", "Basic x", "Bearer secret"}) {
        auto head = good();
        head.authorization = given;
        ASSERT_TRUE(refusalOf(head, without)) << given;
        EXPECT_EQ(refusalOf(head, without)->status, 401) << given;
    }
}

TEST(HttpRules, headersSayWhatTheBodySays) {
    const auto message = aip::mcp::readMessage(R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t",)"
                                               R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}})");
    ASSERT_TRUE(message);
    EXPECT_TRUE(statesItsRevision(*message));
    HttpHead head;
    head.revision = "2026-07-28";
    head.mcpMethod = "tools/call";
    head.mcpName = "t";
    EXPECT_FALSE(mismatchOf(head, *message));
    for (auto field : {&HttpHead::revision, &HttpHead::mcpMethod, &HttpHead::mcpName}) {
        auto other = head;
        other.*field = "x";
        ASSERT_TRUE(mismatchOf(other, *message));
        EXPECT_EQ(mismatchOf(other, *message)->code, aip::mcp::RpcCode::headerMismatch);
        EXPECT_EQ(mismatchOf(other, *message)->id, "1");
    }
    const auto bare = aip::mcp::readMessage(R"({"jsonrpc":"2.0","id":"x","method":"tools/list"})");
    EXPECT_EQ(mismatchOf(head, *bare)->code, aip::mcp::RpcCode::invalidParams);
    EXPECT_EQ(mismatchOf(head, *bare)->id, R"("x")");
}

TEST(HttpRules, theNameMayBeInBase64) {
    const auto message =
        aip::mcp::readMessage(R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"\u4e16",)"
                              R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}})");
    HttpHead head;
    head.revision = "2026-07-28";
    head.mcpMethod = "tools/call";
    for (const auto& [name, fits] : {std::pair<const char*, bool>{"=?base64?5LiW?=", true},
                                     {"=?base64?5LiW=?=", false},
                                     {"=?base64?5LiX?=", false},
                                     {"\xE4\xB8\x96", false},
                                     {"", false}}) {
        head.mcpName = name;
        EXPECT_EQ(!mismatchOf(head, *message), fits) << name;
    }
}

TEST(HttpRules, headersRepeatArguments) {
    using Params = std::vector<std::pair<std::string, std::string>>;
    const aip::mcp::HeaderArguments wanted{{"Mcp-Param-Region", {"region"}}, {"Mcp-Param-N", {"n"}, true}};
    struct Row {
        std::string arguments;
        Params headers;
        bool fits;
    };
    for (const auto& [arguments, headers, fits] :
         {Row{R"({"region":"x","n":42})", {{"mcp-param-region", "x"}, {"MCP-PARAM-N", "42.0"}}, true},
          Row{R"({"region":"x","n":null})", {{"Mcp-Param-Region", "x"}, {"Mcp-Param-Other", "1"}}, true},
          Row{R"({"region":"Hello"})", {{"Mcp-Param-Region", "=?base64?SGVsbG8=?="}}, true},
          Row{R"({"region":"SGVsbG8="})", {{"Mcp-Param-Region", "SGVsbG8="}}, true},
          Row{R"({"region":"=?base64?SGVsbG8="})", {{"Mcp-Param-Region", "=?base64?SGVsbG8="}}, true},
          Row{"{}", {}, true}, Row{R"({"region":"Hello"})", {{"Mcp-Param-Region", "=?base64?SGVsbG8?="}}, false},
          Row{R"({"region":"Hello"})", {{"Mcp-Param-Region", "=?base64?SGVs!!!bG8=?="}}, false},
          Row{R"({"region":"x"})", {}, false}, Row{R"({"region":"x"})", {{"Mcp-Param-Region", "X"}}, false},
          Row{R"({"region":"x"})", {{"Mcp-Param-Region", "x"}, {"mcp-param-region", "y"}}, false},
          Row{R"({"region":"\u4e16"})", {{"Mcp-Param-Region", "\xE4\xB8\x96"}}, false},
          Row{"{}", {{"Mcp-Param-Region", "x"}}, false}}) {
        const std::string text =
            R"({"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"t","arguments":)" + arguments + "}}";
        const auto call = aip::mcp::readMessage(text);
        HttpHead head;
        head.mcpParams = headers;
        const auto refusal = mismatchOf(head, *call, wanted);
        ASSERT_EQ(!refusal, fits) << arguments;
        EXPECT_EQ(fits || refusal->code == aip::mcp::RpcCode::headerMismatch, true);
        EXPECT_EQ(fits || refusal->id == "7", true);
    }
}

}  // namespace
