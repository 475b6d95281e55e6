#include "schema/schema.h"

#include "base/json_text.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace {

using namespace aip::base;
using aip::schema::Schema;

Schema compiled(std::string_view text) {
    auto schema = Schema::compile(text);
    EXPECT_TRUE(schema) << schema.error().text();
    return std::move(*schema);
}

std::string verdict(const Schema& schema, std::string_view json) {
    const auto result = schema.check(json);
    return result ? "ok" : result.error().text();
}

struct Row {
    const char* schema;
    const char* json;
    const char* verdict;
};

constexpr const char* tool = R"({"type":"object","additionalProperties":false,"required":["payload"],"properties":{
    "payload":{"type":"string","minLength":1,"maxLength":5},
    "size":{"type":"integer","minimum":0},
    "timeout":{"type":"integer","maximum":120},
    "share":{"type":"number","exclusiveMinimum":0,"exclusiveMaximum":1},
    "mode":{"enum":["fast","slow",3]},
    "flag":{"type":"boolean"},
    "cwd":{"anyOf":[{"type":"string","maxLength":3},{"type":"null"}]},
    "list":{"type":"array","items":{"type":"integer"},"minItems":1,"maxItems":2},
    "options":{"type":"object","required":["depth"],"additionalProperties":false,"properties":{"depth":{"type":"integer"}}},
    "name":{"type":"string","pattern":"^[a-z]+$"},
    "even":{"type":"integer","multipleOf":2},
    "map":{"type":"object","additionalProperties":{"type":"integer"}},
    "tag":{"type":["string","null"]}}})";

class Verdict : public testing::TestWithParam<Row> {};

TEST_P(Verdict, namesTheParameter) {
    EXPECT_EQ(verdict(compiled(GetParam().schema), GetParam().json), GetParam().verdict);
}

INSTANTIATE_TEST_SUITE_P(
    JsonSchema, Verdict,
    testing::Values(Row{tool, R"({"payload":"a"})", "ok"}, Row{tool, R"({})", "'payload' is a required property"},
                    Row{tool, R"({"payload":"a","surprise":1})", "'surprise' is not a known parameter"},
                    Row{tool, R"({"payload":"a","surprise.2":1})", "'surprise.2' is not a known parameter"},
                    Row{tool, R"({"payload":5})", "'payload': expected string, got integer"},
                    Row{tool, R"({"payload":null})", "'payload': expected string, got null"},
                    Row{tool, R"({"payload":""})", "'payload': 0 characters are fewer than 1"},
                    Row{tool, "{\"payload\":\"\u00e9\u00e9\u00e9\u00e9\u00e9\"}", "ok"},
                    Row{tool, R"({"payload":"abcdef"})", "'payload': 6 characters are more than 5"},
                    Row{tool, R"({"payload":"a","size":3.0})", "ok"}, Row{tool, R"({"payload":"a","size":1e3})", "ok"},
                    Row{tool, R"({"payload":"a","size":3.5})", "'size': expected integer, got number"},
                    Row{tool, R"({"payload":"a","size":"x"})", "'size': expected integer, got string"},
                    Row{tool, R"({"payload":"a","size":true})", "'size': expected integer, got boolean"},
                    Row{tool, R"({"payload":"a","size":-1})", "'size': -1 is less than 0"},
                    Row{tool, R"({"payload":"a","size":18446744073709551615})", "ok"},
                    Row{tool, R"({"payload":"a","timeout":500})", "'timeout': 500 is more than 120"},
                    Row{tool, R"({"payload":"a","timeout":18446744073709551615})",
                        "'timeout': 18446744073709551615 is more than 120"},
                    Row{tool, R"({"payload":"a","share":0})", "'share': 0 is not more than 0"},
                    Row{tool, R"({"payload":"a","share":1})", "'share': 1 is not less than 1"},
                    Row{tool, R"({"payload":"a","share":0.5})", "ok"},
                    Row{tool, R"({"payload":"a","mode":"slow"})", "ok"},
                    Row{tool, R"({"payload":"a","mode":3.0})", "ok"},
                    Row{tool, R"({"payload":"a","mode":"warp"})", R"('mode': "warp" is not one of "fast", "slow", 3)"},
                    Row{tool, R"({"payload":"a","flag":"true"})", "'flag': expected boolean, got string"},
                    Row{tool, R"({"payload":"a","cwd":null})", "ok"},
                    Row{tool, R"({"payload":"a","cwd":5})", "'cwd': expected string or null, got integer"},
                    Row{tool, R"({"payload":"a","cwd":"/tmp"})", "'cwd': 4 characters are more than 3"},
                    Row{tool, R"({"payload":"a","list":[]})", "'list': 0 items are fewer than 1"},
                    Row{tool, R"({"payload":"a","list":[1,2,3]})", "'list': 3 items are more than 2"},
                    Row{tool, R"({"payload":"a","list":[1,"2"]})", "'list[1]': expected integer, got string"},
                    Row{tool, R"({"payload":"a","options":{}})", "'options.depth' is a required property"},
                    Row{tool, R"({"payload":"a","options":{"depth":1,"x":2}})", "'options.x' is not a known parameter"},
                    Row{tool, R"({"payload":"a","name":"ab"})", "ok"},
                    Row{tool, R"({"payload":"a","name":"a b"})", "'name': \"a b\" does not match the pattern ^[a-z]+$"},
                    Row{tool, R"({"payload":"a","even":3})", "'even': Value should be a multiple of 2"},
                    Row{R"({"multipleOf":5})", "10.0", "ok"}, Row{R"({"multipleOf":5})", "\"5.5\"", "ok"},
                    Row{R"({"multipleOf":5})", "5.5", "Value should be a multiple of 5"},
                    Row{R"({"multipleOf":3})", "1e308", "Value should be a multiple of 3"},
                    Row{R"({"multipleOf":2})", "-1e308", "ok"},
                    Row{R"({"multipleOf":5})", "18446744073709551614", "Value should be a multiple of 5"},
                    Row{tool, R"({"payload":"a","map":{"x":1}})", "ok"},
                    Row{tool, R"({"payload":"a","map":{"x":"1"}})", "'map.x': expected integer, got string"},
                    Row{tool, R"({"payload":"a","tag":null})", "ok"}, Row{tool, R"([])", "expected object, got array"},
                    Row{tool, R"({"payload":"a","payload":"b"})", "'payload' is given twice"},
                    Row{tool, R"({"payload":"a","options":{"depth":1,"depth":2}})", "'depth' is given twice"},
                    Row{"true", R"({"anything":1})", "ok"},
                    Row{R"({"$ref":"#/definitions/n","definitions":{"n":{"type":"integer"}}})", "5", "ok"},
                    Row{R"({"$ref":"#/definitions/n","definitions":{"n":{"type":"integer"}}})", "\"5\"",
                        "Value type not permitted by 'type' constraint."}));

class NotJson : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(NotJson, isAClearError) {
    EXPECT_EQ(verdict(compiled("true"), GetParam().first), std::string("not valid JSON: ") + GetParam().second);
    EXPECT_FALSE(checkJson(GetParam().first));
}

INSTANTIATE_TEST_SUITE_P(
    JsonSchema, NotJson,
    testing::Values(std::pair("", "it is empty"), std::pair("{", "its structure is broken"),
                    std::pair("{} {}", "its structure is broken"), std::pair("{'a':1}", "its structure is broken"),
                    std::pair("[NaN]", "its structure is broken"),
                    std::pair("[nul]", "a word other than true, false or null"),
                    std::pair("[123456789012345678901234567890]", "a number is malformed or does not fit in 64 bits"),
                    std::pair("[1e999]", "a number is malformed or does not fit in 64 bits"),
                    std::pair("[01]", "a number is malformed or does not fit in 64 bits"),
                    std::pair(R"(["\x"])", "a string has a bad escape"),
                    std::pair("[\"a\nb\"]", "a string holds an unescaped control character"),
                    std::pair("[\"\xff\"]", "invalid UTF-8"), std::pair("[\"a", "a string is not closed")));

TEST(CheckJson, tellsPlainStringsFromWhatOnlyLooksLikeThem) {
    EXPECT_TRUE(checkJson(R"("plain")"));
    EXPECT_TRUE(checkJson(R"("")"));
    EXPECT_TRUE(checkJson(R"("escaped \" \u00e9")"));
    EXPECT_FALSE(checkJson("\""));
    EXPECT_FALSE(checkJson(R"("one" "two")"));
    EXPECT_FALSE(checkJson(R"("open\")"));
    EXPECT_FALSE(checkJson("\"tab\tinside\""));
    EXPECT_FALSE(checkJson("\"not UTF-8: \xC3\""));
}

TEST(JsonSchema, limitsTheNesting) {
    const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    const Schema any = compiled("true");
    EXPECT_EQ(verdict(any, nested(255)), "ok");
    EXPECT_EQ(verdict(any, nested(257)), "not valid JSON: nested deeper than 256 levels");
    EXPECT_FALSE(checkJson(nested(100'000)));
}

TEST(JsonSchema, readsASliceOfALargerBufferWithoutACopy) {
    const std::string buffer = R"(junk{"payload":"a"}, "more": [1, 2])" + std::string(jsonPadding, ' ');
    const std::string_view slice = std::string_view(buffer).substr(4, 15);
    EXPECT_TRUE(compiled(tool).check(slice, Padding::present));
    EXPECT_TRUE(checkJson(slice, Padding::present));
    EXPECT_FALSE(checkJson(slice.substr(0, 14), Padding::present));
}

TEST(JsonSchema, survivesLargeTextsBeforeAPattern) {
    const Schema schema = compiled(R"({"type":"string","pattern":"^(a|b)*$"})");
    EXPECT_EQ(verdict(schema, jsonString(std::string(4096, 'a'))), "ok");
    EXPECT_NE(verdict(schema, jsonString(std::string(4097, 'a'))), "ok");
    EXPECT_NE(verdict(schema, jsonString(std::string(4U << 20U, 'a'))), "ok");
}

TEST(JsonSchema, checksLargeValues) {
    std::string many = "[0";
    for (int i = 1; i < 300'000; ++i) {
        many += "," + std::to_string(i);
    }
    const Schema schema = compiled(R"({"type":"array","items":{"type":"integer","multipleOf":1}})");
    EXPECT_EQ(verdict(schema, many + "]"), "ok");
    EXPECT_EQ(verdict(schema, many + ",\"x\"]"), "'[300000]': expected integer, got string");
    EXPECT_EQ(verdict(compiled(R"({"items":{"not":{}}})"), many + "]"), "does not satisfy the schema");
}

TEST(JsonSchema, refusesSchemasThatAreNone) {
    for (const char* text : {"", "5", "[]", R"({"type":"thing"})", R"({"properties":5})", R"({"pattern":"("})",
                             R"({"required":["a"],"required":["b"]})", R"({"$ref":"http://example.com/x"})",
                             R"({"$ref":"#/nowhere"})", R"({"$ref":"#"})", R"({"allOf":[{"not":{"$ref":"#"}}]})",
                             R"({"properties":{"a":{"$ref":"#/properties/b"},"b":{"$ref":"#/properties/a"}}})",
                             R"({"patternProperties":{"a":{}}})", R"({"format":"date"})", R"({"multipleOf":0})",
                             R"({"multipleOf":-1})", R"({"multipleOf":"x"})"}) {
        const auto schema = Schema::compile(text);
        ASSERT_FALSE(schema) << text;
        EXPECT_EQ(schema.error().code(), Code::invalid) << text;
        EXPECT_TRUE(schema.error().text().starts_with("JSON Schema: ")) << schema.error().text();
    }
    EXPECT_EQ(verdict(compiled(R"({"format":"uri"})"), "\"x\""), "ok");
    EXPECT_EQ(verdict(compiled(R"({"format":"uri"})"), "{}"), "ok");
}

TEST(JsonSchema, followsReferencesThatStepIntoTheValue) {
    const Schema tree =
        compiled(R"({"type":"object","properties":{"child":{"anyOf":[{"$ref":"#"},{"type":"null"}]}}})");
    EXPECT_EQ(verdict(tree, R"({"child":{"child":{"child":null}}})"), "ok");
    EXPECT_NE(verdict(tree, R"({"child":{"child":{"child":5}}})"), "ok");
}

TEST(JsonSchema, checksFromManyThreadsAtOnce) {
    const Schema schema = compiled(tool);
    std::vector<std::thread> threads(4);
    for (std::thread& thread : threads) {
        thread = std::thread([schema] {
            for (int round = 0; round < 200; ++round) {
                EXPECT_EQ(verdict(schema, R"({"payload":"a","name":"ab"})"), "ok");
                EXPECT_NE(verdict(schema, R"({"payload":"a","name":"5"})"), "ok");
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
}

}  // namespace
