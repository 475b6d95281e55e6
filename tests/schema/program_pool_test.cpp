#include "schema/program_pool.h"

#include "schema/schema.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace {

using aip::base::Code;
using aip::base::Result;
using aip::schema::Allowance;
using aip::schema::Options;
using aip::schema::ProgramPool;
using aip::schema::Schema;

/// What RE2 may use for a small pattern.
constexpr std::size_t onePattern = 256UL << 10U;

std::shared_ptr<ProgramPool> poolOf(std::size_t limit) {
    return std::make_shared<ProgramPool>(limit);
}

/// With one pattern.
std::string numbered(int number) {
    return R"({"pattern":"^)" + std::to_string(number) + "$\"}";
}

Result<Schema> compiled(const std::string& text, const std::shared_ptr<ProgramPool>& pool) {
    Allowance own;
    return Schema::compile(text, own, {.pool = pool});
}

bool isExhausted(const Result<Schema>& schema) {
    return !schema && schema.error().code() == Code::exhausted;
}

TEST(ProgramPool, boundsWhatTogetherLives) {
    const auto pool = poolOf(4 * onePattern);
    std::vector<Schema> living;
    for (int number = 0; number < 3; ++number) {
        living.push_back(*compiled(numbered(number), pool));
    }
    const auto refused = compiled(numbered(3), pool);
    ASSERT_TRUE(isExhausted(refused));
    EXPECT_EQ(refused.error().text(), "JSON Schema: the schemas of all plugins hold too much memory together");
    EXPECT_TRUE(compiled(R"({"type":"object"})", pool)) << "a small one still fits";
    living.pop_back();
    EXPECT_TRUE(compiled(numbered(3), pool));
}

TEST(ProgramPool, countsACopyUntilTheLastIsGone) {
    const auto pool = poolOf(onePattern + 10'000);
    std::optional<Schema> first = *compiled(numbered(1), pool);
    std::optional<Schema> pinned = first;
    first.reset();
    EXPECT_TRUE(isExhausted(compiled(numbered(2), pool)));
    pinned.reset();
    EXPECT_TRUE(compiled(numbered(2), pool));
}

/// In "allOf".
std::string manySchemas(int count) {
    std::string text = R"({"allOf":[{})";
    for (int each = 1; each < count; ++each) {
        text += ",{}";
    }
    return text + "]}";
}

TEST(ProgramPool, countsTextsAndNodes) {
    const std::string longText = R"({"description":")" + std::string(20'000, 'x') + "\"}";
    for (const auto& text : {longText, manySchemas(1'000)}) {
        const auto small = poolOf(300'000);
        const auto large = poolOf(2'000'000);
        const auto other = compiled(R"({"type":"string"})", small);
        const auto another = compiled(R"({"type":"string"})", large);
        EXPECT_TRUE(isExhausted(compiled(text, small)));
        EXPECT_TRUE(compiled(text, large));
    }
}

TEST(ProgramPool, hasTheSameTextOnce) {
    const auto pool = poolOf(onePattern + 10'000);
    const auto first = compiled(numbered(1), pool);
    const auto second = compiled(numbered(1), pool);
    ASSERT_TRUE(first && second);
    EXPECT_TRUE(second->check("\"1\""));
    EXPECT_FALSE(second->check("\"2\""));
}

TEST(ProgramPool, takesTheSameOfAnAllowanceForWhatItHas) {
    const auto pool = poolOf(4 * onePattern);
    Allowance first;
    Allowance second;
    const auto living = Schema::compile(numbered(1), first, {.pool = pool});
    const auto again = Schema::compile(numbered(1), second, {.pool = pool});
    ASSERT_TRUE(living && again);
    EXPECT_NE(first, Allowance());
    EXPECT_EQ(first, second);
    Allowance little{.patternMemory = onePattern - 1};
    EXPECT_TRUE(isExhausted(Schema::compile(numbered(1), little, {.pool = pool})));
}

TEST(ProgramPool, tellsOptionsApart) {
    const auto pool = poolOf(4 * onePattern);
    const std::string lookAhead = R"({"pattern":"(?=a)b"})";
    const auto left = Schema::compile(lookAhead, {.leavesPatterns = true, .pool = pool});
    ASSERT_TRUE(left) << left.error().text();
    EXPECT_FALSE(Schema::compile(lookAhead, {.pool = pool}));
}

TEST(ProgramPool, boundsNothingOutside) {
    const auto pool = poolOf(onePattern);
    const auto full = compiled(numbered(1), pool);
    EXPECT_TRUE(isExhausted(compiled(numbered(2), pool)));
    EXPECT_TRUE(Schema::compile(numbered(2)));
}

TEST(ProgramPool, forgetsWhatIsGone) {
    const auto pool = poolOf(2 * onePattern);
    for (int number = 0; number < 500; ++number) {
        ASSERT_TRUE(compiled(numbered(number), pool)) << number;
    }
}

TEST(ProgramPool, hasAllOfItAgainAfterSeveralThreads) {
    const auto pool = poolOf(8 * onePattern);
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&pool, first = 1'000 * (thread % 2 + 1)] {
            for (int number = first; number < first + 200; ++number) {
                EXPECT_TRUE(compiled(numbered(number), pool));
            }
        });
    }
    for (auto& each : threads) {
        each.join();
    }
    std::vector<Result<Schema>> living;
    for (int number = 0; number < 8; ++number) {
        living.push_back(compiled(numbered(number), pool));
    }
    EXPECT_TRUE(living[6]);
    EXPECT_TRUE(isExhausted(living[7]));
}

}  // namespace
