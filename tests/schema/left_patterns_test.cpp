// Patterns that cannot be searched for in linear time, of values that somebody else checks again.

#include "schema/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>

namespace {

using aip::schema::Schema;

struct LeftPattern {
    const char* schema;
    const char* taken;
    std::string_view refused;  ///< empty: nothing is
};

class LeftPatterns : public testing::TestWithParam<LeftPattern> {};

TEST_P(LeftPatterns, areSaidAndMakeNothingStricter) {
    const LeftPattern& row = GetParam();
    EXPECT_FALSE(Schema::compile(row.schema));
    const auto schema = Schema::compile(row.schema, {.leavesPatterns = true});
    ASSERT_TRUE(schema) << schema.error().text();
    ASSERT_EQ(schema->unchecked().size(), 1U);
    EXPECT_THAT(schema->unchecked()[0], testing::HasSubstr("not supported"));
    EXPECT_TRUE(schema->check(row.taken));
    EXPECT_TRUE(row.refused.empty() || !schema->check(row.refused));
}

INSTANTIATE_TEST_SUITE_P(
    Schema, LeftPatterns,
    testing::Values(
        LeftPattern{R"-({"properties":{"a":{"pattern":"(?=a)b"},"b":{"type":"integer"}}})-", R"-({"a":"x"})-",
                    R"-({"b":"x"})-"},
        LeftPattern{R"-({"allOf":[{"$ref":"#/$defs/x"}],"$defs":{"x":{"pattern":"(?=a)"}},"maxLength":2})-", R"("xx")",
                    R"("xxx")"},
        LeftPattern{R"-({"type":"array","contains":{"type":"string","pattern":"(?!a)"}})-", R"(["x"])", "[1]"},
        LeftPattern{R"-({"type":"object","propertyNames":{"pattern":"(a)\\1"}})-", R"({"x":1})", "1"},
        LeftPattern{R"-({"anyOf":[{"pattern":"(a)\\1"},{"type":"integer"}]})-", R"("x")", ""},
        LeftPattern{R"-({"not":{"pattern":"(?=a)b"}})-", R"("x")", ""},
        LeftPattern{R"-({"oneOf":[{"pattern":"(?=a)"},{"minLength":1}]})-", R"("x")", ""},
        LeftPattern{R"-({"if":{"pattern":"(?=a)"},"then":false})-", R"("x")", ""},
        LeftPattern{R"-({"if":{"pattern":"(?=a)"},"else":false})-", R"("x")", ""},
        LeftPattern{R"-({"contains":{"pattern":"(?=a)"},"maxContains":1})-", R"(["x","x"])", ""},
        LeftPattern{R"-({"patternProperties":{"(?=a)":{}},"additionalProperties":false})-", R"({"a":1})", ""}));

TEST(LeftPatterns, areOnlyThoseThatCannotBeHad) {
    EXPECT_FALSE(Schema::compile(R"-({"pattern":"(a"})-", {.leavesPatterns = true}));
    const auto schema = Schema::compile(R"-({"not":{"pattern":"a"}})-", {.leavesPatterns = true});
    ASSERT_TRUE(schema);
    EXPECT_TRUE(schema->unchecked().empty());
    EXPECT_FALSE(schema->check(R"("a")"));
}

}  // namespace
