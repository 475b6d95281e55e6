#include "base/json_members.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

using namespace aip::base;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

/// "key=value;" for each member, or the error.
std::string listed(std::string_view json, std::size_t depthLimit = 3) {
    const auto members = jsonMembers(json, depthLimit);
    if (!members) {
        return members.error().text();
    }
    std::string out;
    for (const auto& [key, value] : *members) {
        out.append(key).append("=").append(value).append(";");
    }
    return out;
}

}  // namespace

TEST(JsonMembers, areSlicesOfTheText) {
    struct Row {
        const char* json;
        const char* members;
    };
    const Row rows[] = {
        {"{}", ""},
        {" \n{ }\t", ""},
        {R"({"a":1})", "a=1;"},
        {R"({ "a" : 1.50 , "b" : [ 1 , {"c":2} ] })", R"(a=1.50;b=[ 1 , {"c":2} ];)"},
        {R"({"a":"},{]","b":"\"\\","c":""})", R"(a="},{]";b="\"\\";c="";)"},
        {R"({"a\u0062\"":null,"a":1,"a":2})", R"(ab"=null;a=1;a=2;)"},
        {R"({"":{"":[]}})", R"(={"":[]};)"},
    };
    for (const auto& row : rows) {
        EXPECT_EQ(listed(row.json), row.members) << row.json;
    }
}

TEST(JsonMembers, areRefusedOfAnythingElse) {
    for (const char* json : {"[1]", "1", "null", "\"{}\""}) {
        EXPECT_THAT(listed(json), HasSubstr("not a JSON object")) << json;
    }
    for (const char* json : {"", "{", "{\"a\"}", "{\"a\":1,}", "{} {}", "{\"a\":\"\xE9\"}"}) {
        EXPECT_THAT(listed(json), HasSubstr("not valid JSON")) << json;
    }
    EXPECT_EQ(listed(R"({"a":[[]]})"), "a=[[]];");
    EXPECT_THAT(listed(R"({"a":[[{}]]})"), HasSubstr("deeper than 3 levels"));
    EXPECT_EQ(listed(R"({"a":"[[[["})"), R"(a="[[[[";)");
}

TEST(JsonEntries, areSlicesOfTheText) {
    EXPECT_THAT(jsonEntries("[]"), IsEmpty());
    EXPECT_THAT(jsonEntries(" [ ] "), IsEmpty());
    EXPECT_THAT(jsonEntries(R"([1, "a,b" ,[2,3],{"x":[4,5]}])"),
                ElementsAre("1", R"("a,b")", "[2,3]", R"({"x":[4,5]})"));
}
