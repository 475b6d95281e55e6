#include "mcp/rpc.h"

#include <gtest/gtest.h>

namespace {

using namespace aip::mcp;

TEST(Rpc, readsEachKindOfMessage) {
    const auto request = readMessage(R"( {"id" : "a\"b", "jsonrpc":"2.0","method":"tools\/list","params":{"x":[1]}} )");
    ASSERT_TRUE(request);
    EXPECT_EQ(request->method, "tools/list");
    EXPECT_EQ(request->id, R"("a\"b")");
    EXPECT_EQ(request->params, R"({"x":[1]})");
    const auto notification = readMessage(R"({"jsonrpc":"2.0","method":"n"})");
    ASSERT_TRUE(notification);
    EXPECT_TRUE(notification->id.empty());
    EXPECT_EQ(notification->params, "{}");
    const auto answer = readMessage(R"({"jsonrpc":"2.0","id":-1,"result":{}})");
    ASSERT_TRUE(answer);
    EXPECT_TRUE(answer->method.empty());
}

TEST(Rpc, saysWhatIsNoMessage) {
    struct Row {
        std::string text;
        RpcCode code;
        std::string id = "null";
    };
    const std::string deep = R"({"jsonrpc":"2.0","id":1,"method":"m","params":)" + std::string(300, '[') + "}";
    for (const auto& [text, code, id] :
         {Row{"", RpcCode::parseError},
          {"{", RpcCode::parseError},
          {"7", RpcCode::parseError},
          {"\"text\"", RpcCode::parseError},
          {deep, RpcCode::parseError},
          {"{\"a\":\"\xff\"}", RpcCode::parseError},
          {"{}", RpcCode::invalidRequest},
          {R"({"jsonrpc":"1.0","id":4,"method":"m"})", RpcCode::invalidRequest, "4"},
          {R"({"jsonrpc":"2.0","id":{},"method":"m"})", RpcCode::invalidRequest},
          {R"({"jsonrpc":"2.0","id":null,"method":"m"})", RpcCode::invalidRequest},
          {R"({"jsonrpc":"2.0","id":"i","method":5})", RpcCode::invalidRequest, "\"i\""},
          {R"({"jsonrpc":"2.0","id":"i","method":"m","params":[1]})", RpcCode::invalidParams, "\"i\""}}) {
        const auto message = readMessage(text);
        ASSERT_FALSE(message) << text;
        EXPECT_EQ(message.error().code, code) << text;
        EXPECT_EQ(message.error().id, id) << text;
    }
}

TEST(Rpc, paramsAreFoundByName) {
    const Params params(R"({"a":"x\ny","b":true,"c":{"d":"e"},"a":"last","n":null})");
    EXPECT_EQ(params.text("a"), "last");
    EXPECT_TRUE(params.isTrue("b"));
    EXPECT_EQ(params.object("c").text("d"), "e");
    EXPECT_EQ(params.text("b"), "");
    EXPECT_TRUE(params.object("a").empty());
    EXPECT_EQ(params.raw("none"), "");
    EXPECT_EQ(params.raw("n"), "null");
}

TEST(Rpc, writesAnswers) {
    EXPECT_EQ(rpcResult("7", "{}"), R"({"jsonrpc":"2.0","id":7,"result":{}})");
    EXPECT_EQ(rpcError("\"x\"", RpcCode::busy, "a \"b\"", "[1]"),
              R"({"jsonrpc":"2.0","id":"x","error":{"code":-32000,"message":"a \"b\"","data":[1]}})");
    EXPECT_EQ(rpcNotification("n", "{}"), R"({"jsonrpc":"2.0","method":"n","params":{}})");
}

}  // namespace
