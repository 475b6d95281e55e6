#include "mcp/served_result.h"

#include <gtest/gtest.h>

namespace {

using namespace aip::mcp;
using aip::base::Code;

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
        const auto shown = succeeded(result, Structure::none);
        EXPECT_EQ(shown.members, R"("content":)" + content);
        EXPECT_TRUE(shown.meta.empty());
    }
}

TEST(ServedResult, isStructuredAsItsToolSays) {
    EXPECT_EQ(succeeded(R"({"a":1})", Structure::plain).members,
              R"("content":[{"type":"text","text":"{\"a\":1}"}],"structuredContent":{"a":1})");
    EXPECT_EQ(succeeded("5", Structure::wrapped).members,
              R"("content":[{"type":"text","text":"5"}],"structuredContent":{"result":5})");
}

TEST(ServedResult, ofAFailureHasTextAndCode) {
    const auto shown = failed(Code::denied, "not \"this\"");
    EXPECT_EQ(shown.members, R"("content":[{"type":"text","text":"not \"this\""}],"isError":true)");
    EXPECT_EQ(shown.meta, R"("aip/code":6)");
}

}  // namespace
