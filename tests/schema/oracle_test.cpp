#include "oracle.h"

#include "random_schema.h"
#include "schema/schema.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <string>

namespace {

using namespace aip::tests;
using aip::schema::Dialect;
using aip::schema::Schema;

struct Counts {
    int accepted = 0;
    int refused = 0;
};

/// The same verdict as the oracle's, also with the members in another order; the words are there.
void compare(std::uint64_t seed, Counts& counts) {
    Choice choice(seed);
    const std::string text = randomSchema(choice);
    const auto schema = Schema::compile(text, {.fallback = Dialect::draft2020});
    if (!schema) {
        EXPECT_NE(schema.error().text().find("circle"), std::string::npos) << text << ": " << schema.error().text();
        return;
    }
    const auto turned = Schema::compile(membersReversed(text), {.fallback = Dialect::draft2020});
    ASSERT_TRUE(turned) << text;
    simdjson::dom::parser schemaParser;
    simdjson::dom::parser valueParser;
    Oracle oracle(schemaParser.parse(text));
    for (int i = 0; i < 10; ++i) {
        const std::string value = randomValue(choice);
        const bool expected = oracle.accepts(valueParser.parse(value));
        const auto checked = schema->check(value);
        EXPECT_EQ(bool(checked), expected) << text << "\n" << value << (checked ? "" : checked.error().text());
        EXPECT_EQ(bool(turned->check(membersReversed(value))), expected) << text << "\n" << value;
        EXPECT_TRUE(checked || !checked.error().text().empty());
        ++(expected ? counts.accepted : counts.refused);
    }
}

TEST(Engine, agreesWithAnObviousValidator) {
    Counts counts;
    for (std::uint64_t seed = 1; seed <= 3'000 && !HasFailure(); ++seed) {
        compare(seed, counts);
    }
    EXPECT_GT(counts.accepted, 3'000);
    EXPECT_GT(counts.refused, 3'000);
}

}  // namespace
