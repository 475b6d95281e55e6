#include "generate/value_generator.h"

#include "base/json_check.h"
#include "generate/pattern_sampler.h"
#include "schema/schema.h"

#include <gtest/gtest.h>

#include <regex>
#include <set>

namespace {

using aip::schema::Schema;
using aip::tool::Random;
using aip::tool::ValueGenerator;

constexpr const char* schemas[] = {
    R"({"type":"object","properties":{"name":{"type":"string","minLength":2,"maxLength":5},"n":{"type":"integer",
        "minimum":-3,"maximum":7}},"required":["name"],"additionalProperties":false})",
    R"({"type":"object","properties":{"x":{"type":"number","exclusiveMinimum":0,"maximum":0.5}},"required":["x"]})",
    R"({"type":"object","properties":{"v":{"type":"integer","multipleOf":7,"minimum":1}},"required":["v"]})",
    R"({"type":"object","properties":{"v":{"anyOf":[{"type":"integer","minimum":1},{"type":"null"}]}},"required":["v"]})",
    R"({"type":"object","properties":{"list":{"type":"array","minItems":1,"maxItems":3,"items":{"enum":["a",1,null]}}},
        "required":["list"]})",
    R"({"type":"object","additionalProperties":{"type":"boolean"}})",
    R"({"type":"object","properties":{"p":{"type":"string","pattern":"^[A-Z]{2}-[0-9]+$"}},"required":["p"]})",
    R"({"type":"object","properties":{"tree":{"$ref":"#/definitions/node"}},"required":["tree"],"definitions":{"node":{
        "type":"object","properties":{"left":{"$ref":"#/definitions/node"},"key":{"type":"string"}},"required":["key"]}}})",
    R"({"type":"object","properties":{"k":{"const":3},"t":{"type":["string","boolean"]}},"required":["k","t"]})",
};

TEST(ValueGenerator, makesValuesThatFitTheSchemaAndOthersThatDoNot) {
    for (const auto* schema : schemas) {
        auto generator = ValueGenerator::make(schema, 7);
        const auto compiled = Schema::compile(schema);
        ASSERT_TRUE(generator && compiled) << schema;
        for (int i = 0; i < 200; ++i) {
            const auto good = generator->valid();
            const auto bad = generator->violating();
            ASSERT_TRUE(good && bad) << schema;
            EXPECT_TRUE(compiled->check(*good)) << *good;
            EXPECT_FALSE(compiled->check(*bad)) << *bad;
            EXPECT_TRUE(aip::base::checkJson(*bad)) << *bad;
        }
    }
}

TEST(ValueGenerator, isTheSameForTheSameSeedOnly) {
    const auto first = [](std::uint64_t seed) {
        std::vector<std::string> values;
        auto generator = ValueGenerator::make(schemas[0], seed);
        for (int i = 0; i < 20; ++i) {
            values.push_back(*generator->valid() + *generator->violating());
        }
        return values;
    };
    EXPECT_EQ(first(1), first(1));
    EXPECT_NE(first(1), first(2));
}

TEST(ValueGenerator, triesTheEdges) {
    auto generator = ValueGenerator::make(schemas[0], 1);
    std::set<std::string> numbers;
    for (int i = 0; i < 500; ++i) {
        const std::string value = *generator->valid();
        const auto place = value.find("\"n\":");
        if (place != std::string::npos) {
            numbers.insert(value.substr(place + 4, value.find('}') - place - 4));
        }
    }
    EXPECT_TRUE(numbers.contains("-3"));
    EXPECT_TRUE(numbers.contains("7"));
    EXPECT_TRUE(numbers.contains("0"));
}

TEST(ValueGenerator, saysThatThereIsNothing) {
    auto impossible = ValueGenerator::make(R"({"type":"integer","minimum":2,"maximum":1})", 1);
    ASSERT_TRUE(impossible);
    EXPECT_FALSE(impossible->valid());
    auto anything = ValueGenerator::make("{}", 1);
    EXPECT_FALSE(anything->violating());
    EXPECT_FALSE(ValueGenerator::make(R"({"type":5})", 1));
}

TEST(PatternSampler, makesTextsThatMatch) {
    Random random(3);
    for (const auto* pattern : {"^[A-Z]$", "^a|b$", "^(ab|c)*d?$", "^\\d{2,4}:\\w+\\.$", "^[^a-z/]{3}$",
                                "^/(?:[^/\\s]+/)*x+?$", "^\\+?[0-9 ()-]{5,}$"}) {
        const std::regex expression(pattern);
        for (int i = 0; i < 50; ++i) {
            const auto text = aip::tool::samplePattern(pattern, random);
            ASSERT_TRUE(text) << pattern;
            EXPECT_TRUE(std::regex_search(*text, expression)) << pattern << ' ' << *text;
        }
    }
}

TEST(PatternSampler, knowsWhatItCannotDo) {
    Random random(3);
    for (const auto* pattern : {"(?=a)b", "\\bword", "(a", "[a", "a)", "*a", "(a)\\1", "a{3,1}", "\\"}) {
        EXPECT_FALSE(aip::tool::samplePattern(pattern, random)) << pattern;
    }
}

}  // namespace
