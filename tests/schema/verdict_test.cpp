#include "base/json_text.h"
#include "schema/schema.h"

#include <gmock/gmock.h>
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
    testing::Values(
        Row{tool, R"({"payload":"a"})", "ok"}, Row{tool, R"({})", "'payload' is a required property"},
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
        Row{tool, R"({"payload":"a","share":0.5})", "ok"}, Row{tool, R"({"payload":"a","mode":"slow"})", "ok"},
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
            "expected integer, got string"},
        Row{R"({"properties":{"a":{"$ref":"#/$defs/n"}},"$defs":{"n":{"required":["b"]}}})", R"({"a":{}})",
            "'a.b' is a required property"},
        Row{R"({"const":{"a":1}})", "5", "5 is not ..."}, Row{R"({"const":"x"})", "\"y\"", R"("y" is not "x")"},
        Row{R"({"properties":{"a":false}})", R"({"a":1})", "'a': is not allowed here"},
        Row{R"({"items":{"uniqueItems":true}})", "[[1,2],[1,1.0]]", "'[1]': two of its items are the same"},
        Row{R"({"contains":{"type":"string"}})", "[1]", "0 items as 'contains' wants them are fewer than 1"},
        Row{R"({"maxProperties":1})", R"({"a":1,"b":2})", "2 members are more than 1"},
        Row{R"({"propertyNames":{"maxLength":1}})", R"({"ab":1})", R"(the name "ab" is not allowed)"},
        Row{R"({"patternProperties":{"^n":{"type":"null"}}})", R"({"n1":1})", "'n1': expected null, got integer"},
        Row{R"({"dependentRequired":{"a":["b"]}})", R"({"a":1})", "'b' is a required property beside 'a'"},
        Row{R"({"allOf":[{"required":["a"]},{"required":["b"]}]})", R"({"a":1})", "'b' is a required property"},
        Row{R"({"oneOf":[{"minimum":1},{"minimum":2}]})", "3", "fits 2 of the alternatives, and should fit one"},
        Row{R"({"anyOf":[{"minimum":5},{"minimum":7}]})", "3", "fits none of the 2 alternatives"},
        Row{R"({"not":{"type":"integer"}})", "3", "3 is not allowed here"},
        Row{R"({"if":{"required":["a"]},"then":{"required":["b"]}})", R"({"a":1})", "'b' is a required property"},
        Row{R"({"allOf":[{"properties":{"a":true}}],"unevaluatedProperties":false})", R"({"a":1,"b":2})",
            "'b' is not a known parameter"},
        Row{R"({"prefixItems":[true],"unevaluatedItems":{"type":"string"}})", "[1,2]",
            "'[1]': expected string, got integer"},
        Row{R"({"multipleOf":0.01})", "4.35", "ok"},
        Row{R"({"multipleOf":0.01})", "4.355", "Value should be a multiple of 0.01"},
        Row{R"({"maximum":9007199254740992})", "9007199254740993", "9007199254740993 is more than 9007199254740992"}));

class NotJson : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(NotJson, isAClearError) {
    EXPECT_EQ(verdict(compiled("true"), GetParam().first), std::string("not valid JSON: ") + GetParam().second);
}

INSTANTIATE_TEST_SUITE_P(JsonSchema, NotJson,
                         testing::Values(std::pair("", "it is empty"), std::pair("{", "its structure is broken"),
                                         std::pair("{} {}", "its structure is broken"),
                                         std::pair("{'a':1}", "its structure is broken"),
                                         std::pair("[NaN]", "its structure is broken"),
                                         std::pair("[nul]", "a word other than true, false or null"),
                                         std::pair("[01]", "a number is malformed"),
                                         std::pair("[01, 123456789012345678901234567890]", "a number is malformed"),
                                         std::pair(R"(["\x"])", "a string has a bad escape"),
                                         std::pair("[\"a\nb\"]", "a string holds an unescaped control character"),
                                         std::pair("[\"\xff\"]", "invalid UTF-8"),
                                         std::pair("[\"a", "a string is not closed")));

TEST(JsonSchema, saysWhichNumbersItDoesNotSupport) {
    const Schema schema = compiled(R"({"minimum":0})");
    EXPECT_EQ(verdict(schema, "123456789012345678901234567890"),
              "not readable: a whole number of more than 64 bits is not supported");
    EXPECT_EQ(verdict(schema, "1e999"), "not readable: a number beyond the range of a double is not supported");
    EXPECT_EQ(verdict(schema, "1e29"), "ok");
}

TEST(JsonSchema, limitsTheNesting) {
    const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    const Schema any = compiled("true");
    EXPECT_EQ(verdict(any, nested(255)), "ok");
    EXPECT_EQ(verdict(any, nested(257)), "not valid JSON: nested deeper than 256 levels");
}

TEST(JsonSchema, readsASliceOfALargerBufferWithoutACopy) {
    const std::string buffer = R"(junk{"payload":"a"}, "more": [1, 2])" + std::string(jsonPadding, ' ');
    const std::string_view slice = std::string_view(buffer).substr(4, 15);
    EXPECT_TRUE(compiled(tool).check(slice, Padding::present));
}

TEST(JsonSchema, searchesLargeTextsForAPattern) {
    const Schema schema = compiled(R"({"type":"string","pattern":"^(a|b)*$"})");
    EXPECT_EQ(verdict(schema, jsonString(std::string(4097, 'a'))), "ok");
    EXPECT_EQ(verdict(schema, jsonString(std::string(4U << 20U, 'a'))), "ok");
    EXPECT_NE(verdict(schema, jsonString(std::string(4U << 20U, 'a') + "c")), "ok");
}

TEST(JsonSchema, checksLargeValues) {
    std::string many = "[0";
    for (int i = 1; i < 300'000; ++i) {
        many += "," + std::to_string(i);
    }
    const Schema schema = compiled(R"({"type":"array","items":{"type":"integer","multipleOf":1}})");
    EXPECT_EQ(verdict(schema, many + "]"), "ok");
    EXPECT_EQ(verdict(schema, many + ",\"x\"]"), "'[300000]': expected integer, got string");
    EXPECT_EQ(verdict(compiled(R"({"items":{"not":{}}})"), many + "]"), "'[0]': 0 is not allowed here");
}

TEST(JsonSchema, refusesSchemasThatAreNone) {
    for (const char* text : {"",
                             "5",
                             "[]",
                             R"({"type":"thing"})",
                             R"({"type":[]})",
                             R"({"properties":5})",
                             R"({"pattern":"("})",
                             R"({"required":["a"],"required":["b"]})",
                             R"({"required":["a","a"]})",
                             R"({"$ref":"#/nowhere"})",
                             R"({"$ref":"#"})",
                             R"({"allOf":[{"not":{"$ref":"#"}}]})",
                             R"({"$ref":"#/type","type":"object"})",
                             R"({"properties":{"a":{"$ref":"#/properties/b"},"b":{"$ref":"#/properties/a"}}})",
                             R"({"multipleOf":0})",
                             R"({"multipleOf":-1})",
                             R"({"multipleOf":"x"})",
                             R"({"maxLength":-1})",
                             R"({"minItems":1.5})",
                             R"({"anyOf":[]})",
                             R"({"enum":5})",
                             R"({"$defs":{"unused":{"type":"thing"}}})",
                             R"({"$schema":"https://json-schema.org/draft/2020-12/schema","items":[{}]})",
                             R"({"$defs":{"a":{"$anchor":"x"},"b":{"$anchor":"x"}}})",
                             R"({"$anchor":"a b"})",
                             R"({"$ref":"#/$defs/a~2b","$defs":{"a~2b":true}})",
                             R"({"$anchor":""})",
                             R"({"$anchor":"1a"})",
                             R"({"$dynamicAnchor":"a/b"})",
                             R"({"prefixItems":[true],"$defs":{"a":{"$ref":"#/prefixItems/00"}}})",
                             R"({"type":["string","string"]})"}) {
        const auto schema = Schema::compile(text);
        ASSERT_FALSE(schema) << text;
        EXPECT_EQ(schema.error().code(), Code::invalid) << text;
        EXPECT_TRUE(schema.error().text().starts_with("JSON Schema: ")) << schema.error().text();
    }
}

TEST(JsonSchema, saysWhatItDoesNotSupport) {
    for (const char* text : {R"({"$ref":"http://example.com/x"})", R"({"$ref":"other.json"})",
                             R"({"$schema":"http://json-schema.org/draft-04/schema#"})", R"({"pattern":"(?=a)b"})",
                             R"({"pattern":"(a)\\1"})", R"-({"patternProperties":{"(?!a)":{}}})-",
                             R"({"not":{"pattern":"(?=a)b"}})", R"({"pattern":"\\p{Script=Lu}"})"}) {
        const auto schema = Schema::compile(text);
        ASSERT_FALSE(schema) << text;
        EXPECT_EQ(schema.error().code(), Code::unsupported) << schema.error().text();
    }
}

/// 200 patterns, so many members that the last of them is for, and one missing.
std::string missingAmong(int count) {
    std::string patterns;
    for (int i = 0; i < 200; ++i) {
        patterns += (i == 0 ? "\"^x" : ",\"^x") + std::to_string(i) + "_\":true";
    }
    std::string members;
    for (int i = 0; i < count; ++i) {
        members += (i == 0 ? "\"x199_" : ",\"x199_") + std::to_string(i) + "\":1";
    }
    return verdict(
        compiled(R"({"required":["payload"],"additionalProperties":false,"patternProperties":{)" + patterns + "}}"),
        "{" + members + "}");
}

TEST(JsonSchema, saysNothingWrongIfTheReasonIsTooExpensive) {
    for (int count = 100; count <= 25'600; count *= 2) {
        EXPECT_THAT(missingAmong(count),
                    testing::AnyOf("'payload' is a required property", "does not satisfy the schema",
                                   testing::HasSubstr("too expensive to check")))
            << count;
    }
}

TEST(JsonSchema, cutsWhatItShows) {
    const std::string name(1'000, 'n');
    const std::string cut = std::string(80, 'n') + "... (1000 bytes)";
    EXPECT_EQ(verdict(compiled(R"({"pattern":")" + name + "\"}"), "\"x\""), "\"x\" does not match the pattern " + cut);
    EXPECT_EQ(verdict(compiled(R"({"dependentRequired":{")" + name + R"(":["b"]}})"), "{\"" + name + "\":1}"),
              "'b' is a required property beside '" + cut + "'");
    EXPECT_EQ(
        verdict(compiled(R"({"additionalProperties":{"additionalProperties":false}})"), "{\"" + name + R"(":{"a":1}})"),
        "'" + std::string(80, 'n') + "... (1002 bytes)' is not a known parameter");
    const auto schema = Schema::compile(R"({"pattern":"\\p{)" + name + "}\"}");
    ASSERT_FALSE(schema);
    EXPECT_LT(schema.error().text().size(), 500U);
}

TEST(JsonSchema, knowsTheNameThatAnUnknownKeywordIsNear) {
    const auto schema = compiled(R"({"requird":["a"],"x-own":1,"properties":{"a":{"maxLenght":3}}})");
    ASSERT_EQ(schema.warnings().size(), 2U);
    EXPECT_EQ(schema.warnings()[0], "'/requird': unknown keyword 'requird'; did you mean 'required'?");
    EXPECT_EQ(schema.warnings()[1],
              "'/properties/a/maxLenght': unknown keyword 'maxLenght'; did you mean 'maxLength'?");
}

TEST(JsonSchema, takesFormatsAsAnnotations) {
    EXPECT_EQ(verdict(compiled(R"({"format":"date"})"), "\"x\""), "ok");
    EXPECT_EQ(verdict(compiled(R"({"format":"uri"})"), "{}"), "ok");
}

TEST(JsonSchema, readsSchemasOfBothTimesWithoutADialect) {
    const Schema old = compiled(R"({"items":[{"type":"string"}],"additionalItems":false,"dependencies":{"a":["b"]},
        "definitions":{"n":{"type":"null"}},"properties":{"n":{"$ref":"#/definitions/n"}}})");
    EXPECT_EQ(verdict(old, R"(["a"])"), "ok");
    EXPECT_EQ(verdict(old, R"(["a",1])"), "'[1]': is not allowed here");
    EXPECT_EQ(verdict(old, R"({"a":1})"), "'b' is a required property beside 'a'");
    EXPECT_EQ(verdict(old, R"({"n":1})"), "'n': expected null, got integer");
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
