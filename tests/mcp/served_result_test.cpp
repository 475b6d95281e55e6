#include "mcp/served_result.h"

#include <gtest/gtest.h>

namespace {

using namespace aip::mcp;
using aip::base::Code;

std::string success(std::string_view result, Structure structure) {
    std::string members;
    appendSuccess(members, result, structure);
    EXPECT_LE(members.size(), largestSuccess(result, structure));
    EXPECT_GE(members.size() + 300, largestSuccess(result, structure)) << result;
    return members;
}

TEST(ServedResult, showsAResultAsContent) {
    struct Row {
        std::string result, content;
    };
    for (const auto& [result, content] :
         {Row{R"("a\"b")", R"([{"type":"text","text":"a\"b"}])"},
          {"null", R"([{"type":"text","text":"null"}])"},
          {R"({"a":[1]})", R"([{"type":"text","text":"{\"a\":[1]}"}])"},
          {"[]", R"([{"type":"text","text":"[]"}])"},
          {R"("data:image/png;base64,QUJD")", R"([{"type":"image","mimeType":"image/png","data":"QUJD"}])"},
          {R"("data:audio/wav;base64,QQ==")", R"([{"type":"audio","mimeType":"audio/wav","data":"QQ=="}])"},
          {R"("data:text/plain;base64,QQ==")", R"([{"type":"text","text":"data:text/plain;base64,QQ=="}])"},
          {R"("data:image/\u0022;base64,QQ==")", R"([{"type":"text","text":"data:image/\u0022;base64,QQ=="}])"},
          {R"("data:image/p ng;base64,QQ==")", R"([{"type":"text","text":"data:image/p ng;base64,QQ=="}])"},
          {R"([{"type":"text","text":"x"},{"type":"resource","resource":{}}])",
           R"([{"type":"text","text":"x"},{"type":"resource","resource":{}}])"},
          {R"([{"type":"image","data":"data:image/png;base64,QUJD","mimeType":"image/png"}])",
           R"([{"type":"image","data":"QUJD","mimeType":"image/png"}])"},
          {R"([{"type":"image","data":"QUJD"}])", R"([{"type":"image","data":"QUJD"}])"},
          {R"([{"type":"text","text":"x"},{"type":"other"}])",
           R"([{"type":"text","text":"[{\"type\":\"text\",\"text\":\"x\"},{\"type\":\"other\"}]"}])"}}) {
        EXPECT_EQ(success(result, Structure::none), R"("content":)" + content);
    }
}

TEST(ServedResult, isStructuredAsItsToolSays) {
    EXPECT_EQ(success(R"({"a":1})", Structure::plain),
              R"("content":[{"type":"text","text":"{\"a\":1}"}],"structuredContent":{"a":1})");
    EXPECT_EQ(success("5", Structure::wrapped),
              R"("content":[{"type":"text","text":"5"}],"structuredContent":{"result":5})");
}

/// Escapes double such a text.
TEST(ServedResult, isAsLargeAsItIsToldBefore) {
    const std::string large = "{\"a\":\"" + std::string(1'000, 'x') + "\",\"b\":\"" + std::string(1'000, '\\') + "\"}";
    EXPECT_GT(success(large, Structure::plain).size(), 5'000U);
    success("\"" + std::string(1'000, 'x') + "\"", Structure::none);
    success("[\n\t\t\t1,\n\n\n2]", Structure::wrapped);
}

TEST(ServedResult, ofAFailureHasTextAndCode) {
    std::string members;
    appendFailure(members, "not \"this\"");
    EXPECT_EQ(members, R"("content":[{"type":"text","text":"not \"this\""}],"isError":true)");
    EXPECT_EQ(failureMeta(Code::denied), R"("aip/code":6)");
}

}  // namespace
