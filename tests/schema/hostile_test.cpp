// What a stranger may send or ship: every row ends soon, with the verdict that stands in it.

#include "base/json_text.h"
#include "schema/schema.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <ctime>
#include <functional>
#include <optional>
#include <string>
#include <thread>

namespace {

using namespace aip::schema;
using aip::base::Code;

/// Seconds of the processor: another program's do not count. In a release build a row takes less than half a second,
/// but for the one with the most that RE2 may compile for a schema.
#ifdef AIP_SANITIZED
constexpr double soon = 60;
#else
constexpr double soon = 2;
#endif

std::string repeated(std::size_t count, const std::function<std::string(std::size_t)>& part,
                     const char* between = ",") {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
        text += (i == 0 ? "" : between) + part(i);
    }
    return text;
}

std::string nestedObject(std::size_t depth, const std::string& inner) {
    return repeated(
               depth, [](std::size_t) { return R"({"a":)"; }, "") +
           inner + std::string(depth, '}');
}

std::string definition(std::size_t number) {
    return R"("d)" + std::to_string(number) + R"(":)";
}

std::string to(std::size_t number) {
    return R"({"$ref":"#/$defs/d)" + std::to_string(number) + R"("})";
}

/// d0: any of two that are d1, and so on: 2^count ways.
std::string doubling(std::size_t count, const std::string& last, const std::string& beside = "") {
    return R"({"$ref":"#/$defs/d0")" + beside + R"(,"$defs":{)" +
           repeated(
               count,
               [](std::size_t i) { return definition(i) + R"({"anyOf":[)" + to(i + 1) + "," + to(i + 1) + "]}"; }) +
           "," + definition(count) + last + "}}";
}

enum class Expected { fits, fails, tooExpensive, notCompiled };

struct Attack {
    const char* name;
    std::string schema;
    std::string json;
    Expected expected;
    double seconds = soon;
};

std::ostream& operator<<(std::ostream& out, const Attack& attack) {
    return out << attack.name;
}

Expected outcomeOf(const Attack& attack) {
    const auto schema = Schema::compile(attack.schema);
    if (!schema) {
        return Expected::notCompiled;
    }
    const auto checked = schema->check(attack.json);
    return checked                                     ? Expected::fits
           : checked.error().code() == Code::exhausted ? Expected::tooExpensive
                                                       : Expected::fails;
}

/// On a thread that has checked nothing yet, whose machine has no memory.
void expectEndsSoon(const Attack& attack) {
    const std::clock_t begin = std::clock();
    std::optional<Expected> outcome;
    std::thread([&] { outcome = outcomeOf(attack); }).join();
    EXPECT_EQ(outcome, attack.expected);
    EXPECT_LT(double(std::clock() - begin) / CLOCKS_PER_SEC, attack.seconds);
}

class Hostile : public testing::TestWithParam<Attack> {};

TEST_P(Hostile, endsSoon) {
    expectEndsSoon(GetParam());
}

const std::string branch = R"({"type":"object","required":["a"],"properties":{"a":{"$ref":"#"}}})";
const std::string twoWays =
    R"({"anyOf":[{"type":"null"},)" + branch + "," + branch + R"(,{"maxProperties":9,)" + branch.substr(1) + "]}";
const std::string manyNames =
    "{" + repeated(20'000, [](std::size_t i) { return "\"k" + std::to_string(i) + "\":1"; }) + "}";
const std::string recursive = R"({"type":"object","additionalProperties":{"$ref":"#"}})";

/// Each name of manyNames depends on `needed`.
std::string dependencies(const char* keyword, const std::string& needed) {
    const auto row = [&](std::size_t i) { return "\"k" + std::to_string(i) + "\":" + needed; };
    return "{\"" + std::string(keyword) + "\":{" + repeated(19'000, row) + "}}";
}

/// A way through `count` resources, all with the same anchor, to items that look it up.
std::string anchoredResources(std::size_t count, const std::string& anchor) {
    const std::string named = R"("$dynamicAnchor":")" + anchor + "\"";
    const auto resource = [&](std::size_t i) {
        return definition(i) + R"({"$id":"r)" + std::to_string(i) + "\"," + named + R"(,"$ref":"r)" +
               std::to_string(i + 1) + "\"}";
    };
    return R"({"$id":"http://a/",)" + named + R"(,"if":{"type":"array"},"then":{"$ref":"r0"},"$defs":{)" +
           repeated(count, resource) + "," + definition(count) + R"({"$id":"r)" + std::to_string(count) + "\"," +
           named + R"(,"items":{"$dynamicRef":"#)" + anchor + "\"}}}}";
}

/// d0 is nothing but d1, and so on; each of the properties is d0.
std::string manyAliases(std::size_t count, std::size_t properties) {
    return R"({"$defs":{)" + repeated(count, [](std::size_t i) { return definition(i) + to(i + 1); }) + "," +
           definition(count) + R"({"type":"string"}},"properties":{)" +
           repeated(properties, [](std::size_t i) { return "\"k" + std::to_string(i) + "\":" + to(0); }) + "}}";
}

INSTANTIATE_TEST_SUITE_P(
    Schema, Hostile,
    testing::Values(
        Attack{"nestedGroups", R"({"pattern":"((((((((a*)*)*)*)*)*)*)*)*b"})", "\"" + std::string(60'000, 'a') + "\"",
               Expected::fails},
        Attack{"plusOfPlus", R"({"pattern":"^([a-zA-Z0-9._-]+)+@"})", "\"" + std::string(200, 'a') + "\"",
               Expected::fails},
        Attack{"largeTextForAPattern", R"({"pattern":"^(([a-z])+.)+[A-Z]([a-z])+$"})",
               "\"" + std::string(10U << 20U, 'a') + "\"", Expected::fails},
        Attack{"largePattern", R"({"pattern":"(a?){900}a{900}"})", "\"" + std::string(60'000, 'b') + "\"",
               Expected::tooExpensive},
        Attack{"repeatsOfRepeats", R"({"pattern":"((\\p{L}{1,1000}){1,1000}){1,1000}"})", "1", Expected::notCompiled},
        Attack{"manyLargePatterns",
               "{\"patternProperties\":{" +
                   repeated(500, [](std::size_t i) { return R"("\\p{L}{)" + std::to_string(50 + i) + R"(}":true)"; }) +
                   "}}",
               "{}", Expected::notCompiled, 3 * soon},
        Attack{"deeplyNestedPattern", R"({"pattern":")" + std::string(50'000, '(') + std::string(50'000, ')') + "\"}",
               "1", Expected::fits},
        Attack{"recursiveAlternatives", twoWays, nestedObject(240, "5"), Expected::fails},
        Attack{"recursiveAlternativesThatFit", twoWays, nestedObject(240, "null"), Expected::fits},
        Attack{"waysOverOneValue", doubling(60, R"({"type":"string"})"), "5", Expected::fails},
        Attack{"waysOverOneObject", doubling(60, R"({"required":["x"]})"), "{}", Expected::fails},
        Attack{"waysThatCollect",
               doubling(60, R"({"properties":{"x":{"type":"string"}}})", R"(,"unevaluatedProperties":false)"),
               R"({"x":1})", Expected::tooExpensive},
        Attack{"uniqueNumbers", R"({"uniqueItems":true})",
               "[" + repeated(13'000, [](std::size_t i) { return std::to_string(i); }) + "]", Expected::fits},
        Attack{"uniqueObjects", R"({"uniqueItems":true})",
               "[" + repeated(3'000, [](std::size_t i) { return R"({"a":[{}],"b":)" + std::to_string(i) + "}"; }) + "]",
               Expected::fits},
        Attack{"sameLargeObjects", R"({"uniqueItems":true})", "[" + manyNames + "," + manyNames + "]", Expected::fails},
        Attack{"manyEmptyArrays", R"({"uniqueItems":true,"items":{"uniqueItems":true}})",
               "[" + repeated(30'000, [](std::size_t) { return std::string("[]"); }) + "]", Expected::fails},
        Attack{"largeAllOf",
               R"({"allOf":[)" +
                   repeated(15'000, [](std::size_t i) { return R"({"maxLength":)" + std::to_string(100 + i) + "}"; }) +
                   "]}",
               "\"" + std::string(90, 'x') + "\"", Expected::fits},
        Attack{"largeAllOfOfEach",
               R"({"items":{"allOf":[)" +
                   repeated(15'000, [](std::size_t i) { return R"({"maxLength":)" + std::to_string(100 + i) + "}"; }) +
                   "]}}",
               "[" + repeated(10'000, [](std::size_t) { return std::string("\"\""); }) + "]", Expected::tooExpensive},
        Attack{"longChain",
               R"({"$ref":"#/$defs/d0","$defs":{)" +
                   repeated(15'000,
                            [](std::size_t i) { return definition(i) + R"({"minLength":1,)" + to(i + 1).substr(1); }) +
                   "," + definition(15'000) + R"({"type":"string"}}})",
               "\"x\"", Expected::fits},
        Attack{"manyKeywordsBesideAReference",
               R"({"$schema":"http://json-schema.org/draft-07/schema#",)" +
                   repeated(60'000, [](std::size_t i) { return "\"k" + std::to_string(i) + "\":1"; }) +
                   R"(,"$ref":"#/definitions/a","definitions":{"a":true}})",
               "1", Expected::fits},
        Attack{"longIdOfManyReferences",
               R"({"$id":"http://a/)" + std::string(500'000, 'x') + R"(","$defs":{"a":true},"allOf":[)" +
                   repeated(15'000, [](std::size_t) { return std::string(R"({"$ref":"#/$defs/a"})"); }) + "]}",
               "1", Expected::notCompiled},
        Attack{
            "manyReferencesIntoALargeArray",
            R"({"$defs":{"a":{"allOf":[)" + repeated(7'000, [](std::size_t) { return std::string("{}"); }) +
                R"(]}},"allOf":[)" +
                repeated(7'000,
                         [](std::size_t i) { return R"({"$ref":"#/$defs/a/allOf/)" + std::to_string(i) + R"("})"; }) +
                "]}",
            "1", Expected::fits},
        Attack{"tooManySchemas",
               R"({"allOf":[)" + repeated(25'000, [](std::size_t) { return std::string("{}"); }) + "]}", "1",
               Expected::notCompiled},
        Attack{"tooLargeSchema", R"({"title":")" + std::string(2U << 20U, 'x') + "\"}", "1", Expected::notCompiled},
        Attack{"deepSchema", nestedObject(250, "true"), "1", Expected::fits},
        Attack{"deepInPlace",
               repeated(
                   250, [](std::size_t) { return R"({"not":)"; }, "") +
                   "true" + std::string(250, '}'),
               "1", Expected::fits},
        Attack{"deepValue", R"({"items":{"$ref":"#"}})", std::string(250, '[') + std::string(250, ']'), Expected::fits},
        Attack{"circleOfDynamicReferences",
               R"({"$id":"http://a/","$dynamicAnchor":"x","allOf":[{"$ref":"b"}],"$defs":{"b":{"$id":"b",
                   "$dynamicAnchor":"x","$dynamicRef":"#x"}}})",
               "1", Expected::tooExpensive},
        Attack{
            "longEnumeration",
            R"({"items":{"enum":[)" +
                repeated(10'000, [](std::size_t i) { return "\"" + std::string(50, 'x') + std::to_string(i) + "\""; }) +
                "]}}",
            "[" +
                repeated(5'000, [](std::size_t i) { return "\"" + std::string(50, 'x') + std::to_string(i) + "\""; }) +
                "]",
            Expected::fits},
        Attack{"collectedByMany",
               R"({"unevaluatedProperties":false,"allOf":[)" +
                   repeated(50,
                            [](std::size_t i) {
                                return R"({"patternProperties":{"^k.*)" + std::to_string(i) + "$\":true}}";
                            }) +
                   "]}",
               manyNames, Expected::fits},
        Attack{"manyDependencies", dependencies("dependentRequired", R"(["k1"])"), manyNames, Expected::fits},
        Attack{"manyDependenciesThatFail", dependencies("dependentRequired", R"(["k1","x"])"), manyNames,
               Expected::fails},
        Attack{"manyDependentSchemas", dependencies("dependentSchemas", "{}"), manyNames, Expected::tooExpensive},
        Attack{"manyDependenciesOfSmallObjects", R"({"items":)" + dependencies("dependentRequired", R"(["k1"])") + "}",
               "[" + repeated(20'000, [](std::size_t) { return std::string("{}"); }) + "]", Expected::tooExpensive},
        Attack{"manyRequired",
               R"({"required":[)" + repeated(20'001, [](std::size_t i) { return "\"k" + std::to_string(i) + "\""; }) +
                   "]}",
               manyNames, Expected::fails},
        Attack{"longNameFarAbove", recursive,
               "{\"" + std::string(10U << 20U, 'x') + "\":" + nestedObject(240, "5") + "}", Expected::fails},
        Attack{"longNames", recursive,
               repeated(
                   250, [](std::size_t) { return "{\"" + std::string(40'000, 'x') + "\":"; }, "") +
                   "5" + std::string(250, '}'),
               Expected::fails},
        Attack{
            "longChainOverManyNames",
            R"({"$ref":"#/$defs/d0","$defs":{)" +
                repeated(15'000,
                         [](std::size_t i) { return definition(i) + R"({"minProperties":1,)" + to(i + 1).substr(1); }) +
                "," + definition(15'000) + R"({"maxProperties":1}}})",
            manyNames, Expected::fails},
        Attack{"recursiveMembers", recursive, nestedObject(240, "{}"), Expected::fits},
        Attack{
            "recursiveUnevaluatedMembers",
            R"({"propertyNames":{"allOf":[true]},"patternProperties":{"^b":true},"unevaluatedProperties":{"$ref":"#"}})",
            nestedObject(240, "{}"), Expected::fits},
        Attack{"longDynamicAnchors", anchoredResources(400, std::string(2'000, 'x')),
               "[" + repeated(24'000, [](std::size_t) { return std::string("1"); }) + "]", Expected::tooExpensive},
        Attack{"manyAliases", manyAliases(9'000, 8'990), R"({"k0":"x"})", Expected::fits},
        Attack{"bracesInAPattern", R"({"pattern":")" + std::string(1'040'000, '{') + "\"}", "1", Expected::notCompiled},
        Attack{"digitsInAPattern", R"({"pattern":")" + std::string(200'000, '1') + "\"}", "1", Expected::fits},
        Attack{"powersOfTen", R"({"items":{"multipleOf":1e-300}})",
               "[" + repeated(100'000, [](std::size_t) { return std::string("1e308"); }) + "]", Expected::tooExpensive},
        Attack{"namesOfOneLength", R"({"required":["x"]})",
               "{" +
                   repeated(2'000,
                            [](std::size_t i) {
                                return "\"" + std::string(200, 'n') + std::to_string(10'000 + i) + "\":1";
                            }) +
                   "}",
               Expected::fails}),
    [](const auto& row) { return std::string(row.param.name); });

std::string copies(std::size_t count, const std::string& text) {
    std::string joined = text;
    for (std::size_t i = 1; i < count; ++i) {
        joined += ',';
        joined += text;
    }
    return joined;
}

std::string members(std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
        text += (i == 0 ? "\"k" : ",\"k") + std::to_string(i) + "\":0";
    }
    return text;
}

std::string numbers(std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
        text += (i == 0 ? "" : ",") + std::to_string(i);
    }
    return text;
}

/// "abbab...": nobody can foresee what comes next.
std::string shuffledLetters(std::size_t size) {
    std::string text(size, 'a');
    std::uint32_t state = 1;
    for (char& letter : text) {
        state = state * 1'103'515'245 + 12'345;
        letter = (state >> 20U) % 2 == 0 ? 'a' : 'b';
    }
    return text;
}

/// Its value is made when it runs: it takes some time.
struct LargeAttack {
    const char* name;
    const char* schema;
    std::string (*json)();
    Expected expected = Expected::tooExpensive;
};

std::ostream& operator<<(std::ostream& out, const LargeAttack& attack) {
    return out << attack.name;
}

class HostileLarge : public testing::TestWithParam<LargeAttack> {};

TEST_P(HostileLarge, endsSoon) {
    expectEndsSoon({GetParam().name, GetParam().schema, GetParam().json(), GetParam().expected});
}

INSTANTIATE_TEST_SUITE_P(
    Schema, HostileLarge,
    testing::Values(
        LargeAttack{"manyMembers", "{}", [] { return "{" + members(800'000) + "}"; }},
        LargeAttack{"manyMembersOneTwice", "{}", [] { return "{" + members(200'000) + R"(,"k0":0})"; },
                    Expected::fails},
        LargeAttack{"objectsOfManyMembers", "{}", [] { return "[" + copies(8'000, "{" + members(100) + "}") + "]"; }},
        LargeAttack{"objectsOfFewMembers", "{}", [] { return "[" + copies(60'000, "{" + members(32) + "}") + "]"; }},
        LargeAttack{"uniqueItems", R"({"uniqueItems":true})", [] { return "[" + numbers(500'000) + "]"; }},
        LargeAttack{"alternatives", R"({"items":{"anyOf":[{"type":"string"},{"type":"null"},{"type":"integer"}]}})",
                    [] { return "[" + copies(1'500'000, "1") + "]"; }},
        LargeAttack{"choices", R"({"items":{"enum":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16]}})",
                    [] { return "[" + copies(1'500'000, "16") + "]"; }},
        LargeAttack{"patternOfManyStates", R"({"pattern":"(a|b)*a(a|b){12}c"})",
                    [] { return "\"" + shuffledLetters(8U << 20U) + "\""; }},
        LargeAttack{"namesForPatterns", R"({"patternProperties":{"k.*1$":{},"k.*2$":{},"k.*3$":{}}})",
                    [] { return "{" + members(350'000) + "}"; }},
        LargeAttack{"decimals", R"({"items":{"multipleOf":0.01}})",
                    [] { return "[" + copies(500'000, "1.25") + "]"; }}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Honest, largeValuesAreNotTooExpensive) {
    const auto tree = Schema::compile(R"({"$defs":{"node":{"type":"object","required":["name"],"properties":{
        "name":{"type":"string","pattern":"^[a-z]+$"},"children":{"type":"array","items":{"$ref":"#/$defs/node"}}},
        "unevaluatedProperties":false}},"$ref":"#/$defs/node"})");
    ASSERT_TRUE(tree) << tree.error().text();
    std::string json = R"({"name":"leaf"})";
    for (int level = 0; level < 5; ++level) {
        json = R"({"name":"inner","children":[)" + repeated(9, [&](std::size_t) { return json; }) + "]}";
    }
    const auto checked = tree->check(json);
    EXPECT_TRUE(checked) << checked.error().text();
}

TEST(Honest, namesOfLettersOfAnyLanguageAreNotTooExpensive) {
    const auto schema = Schema::compile(R"({"pattern":"^\\p{L}+$"})");
    ASSERT_TRUE(schema) << schema.error().text();
    EXPECT_TRUE(schema->check("\"" + std::string(10'000, 'x') + "\""));
}

TEST(Honest, textOfAMessagesLengthIsNotTooExpensive) {
    const auto schema = Schema::compile(R"({"pattern":"^[A-Za-z0-9+/=]*$","minLength":1})");
    ASSERT_TRUE(schema) << schema.error().text();
    EXPECT_TRUE(schema->check("\"" + std::string(40U << 20U, 'x') + "\""));
}

TEST(Check, endsWhenNobodyWaitsForIt) {
    const auto schema = Schema::compile("{}");
    const std::atomic<bool> stop = true;
    const auto checked = schema->check("{" + members(100'000) + "}", aip::base::Padding::none, &stop);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code(), Code::cancelled);
}

}  // namespace
