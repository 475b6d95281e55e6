#include "schema/pattern.h"

#include "schema/pattern_syntax.h"

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace aip::schema;
using aip::base::Code;

constexpr std::uint64_t plenty = 1'000'000'000;

aip::base::Result<Pattern> compiledPattern(const std::string& ecma) {
    Allowance allowance;
    return Pattern::compile(ecma, allowance);
}

struct Search {
    const char* pattern;
    const char* found;
    const char* notFound;  ///< null: there is none
};

std::ostream& operator<<(std::ostream& out, const Search& search) {
    return out << search.pattern;
}

class Found : public testing::TestWithParam<Search> {};

TEST_P(Found, asEcmaScriptDoes) {
    const auto pattern = compiledPattern(GetParam().pattern);
    ASSERT_TRUE(pattern) << GetParam().pattern << ": " << pattern.error().text();
    Budget budget(plenty);
    EXPECT_TRUE(pattern->foundIn(GetParam().found, budget)) << GetParam().pattern;
    if (GetParam().notFound != nullptr) {
        EXPECT_FALSE(pattern->foundIn(GetParam().notFound, budget)) << GetParam().pattern;
    }
}

INSTANTIATE_TEST_SUITE_P(
    Pattern, Found,
    testing::Values(
        Search{"", "x", nullptr}, Search{"b", "abc", "ac"}, Search{"^a$", "a", "a\n"}, Search{"^a|b$", "xb", "xbx"},
        Search{"^.$", "\u00e9", "\n"}, Search{"^.$", "\xC2\x85", "\u2028"}, Search{"^.$", "\U0001F600", "\r"},
        Search{R"(^\s$)", "\u00a0", "\u200b"}, Search{R"(^\s$)", "\ufeff", "x"}, Search{R"(^\S$)", "x", "\u2003"},
        Search{R"(^[\s]$)", "\u2029", "_"}, Search{R"(^[^\s]$)", "_", "\u2029"}, Search{R"(^[\S]$)", "_", "\v"},
        Search{R"(^[^\S]$)", "\t", "_"}, Search{R"(^\d$)", "7", "\u0667"}, Search{R"(^\D$)", "\u0667", "7"},
        Search{R"(^\w+$)", "a_9", "\u00e9"}, Search{R"(^\W$)", "\u00e9", "_"}, Search{R"(^[\w.-]+$)", "a-b.c", "a b"},
        Search{R"(^[\w-x]$)", "-", "+"}, Search{R"(\bfoo\b)", "a foo b", "afoo"}, Search{R"(o\B)", "oo", "o"},
        Search{R"(^\u00e9$)", "\u00e9", "e"}, Search{R"(^\u{1F600}$)", "\U0001F600", "x"},
        Search{R"(^\u{0000000041}$)", "A", "\x04"}, Search{R"(^[\u{000000000041}-C]$)", "B", "D"},
        Search{"^(?<$y_1>a)$", "a", "b"}, Search{"^(?<j\u00e4hr>a)$", "a", "b"}, Search{"^a{1,2,3}$", "a{1,2,3}", "aa"},
        Search{R"(^\uD83D\uDE00$)", "\U0001F600", "x"}, Search{R"(^[\uD83D\uDE00-\uD83D\uDE02]$)", "\U0001F601", "x"},
        Search{R"(^\x41$)", "A", "x41"}, Search{R"(^\cA$)", "\x01", "A"}, Search{R"(^\t\n\v\f\r$)", "\t\n\v\f\r", "t"},
        Search{R"(^\p{Letter}+$)", "\u00e9\u03b1", "1"}, Search{R"(^\p{L}$)", "\u03b1", "1"},
        Search{R"(^\P{L}$)", "1", "\u03b1"}, Search{R"(^[\p{Lu}\d]+$)", "A1", "a"},
        Search{R"(^\p{Script=Greek}$)", "\u03b1", "a"}, Search{R"(^\p{sc=Cyrillic}$)", "\u0436", "a"},
        Search{R"(^\p{General_Category=Decimal_Number}$)", "\u0667", "a"}, Search{R"(^\p{ASCII}$)", "a", "\u00e9"},
        Search{R"(^\P{ASCII}$)", "\u00e9", "a"}, Search{R"(^\p{Any}$)", "\n", nullptr},
        Search{R"(^\/\-\.\*\@\ $)", "/-.*@ ", "x"}, Search{R"(^[\]\\^-]+$)", R"(]\^-)", "x"}, Search{"^[[]$", "[", "]"},
        Search{"^[[:alpha:]]$", "a]", "b"}, Search{"^[a-c&&b]$", "&", "d"}, Search{R"(^[\b]$)", "\b", "b"},
        Search{"^[^]$", "\n", nullptr}, Search{"^([]|a)$", "a", "b"}, Search{"^(?:ab)+$", "abab", "aba"},
        Search{"^(?<year>[0-9]{4})$", "2024", "24"}, Search{"^a{2}$", "aa", "aaa"}, Search{"^a{2,}$", "aaaa", "a"},
        Search{"^a{2,3}?$", "aaa", "aaaa"}, Search{"^a+?b*?c??$", "abbc", "b"}, Search{"^a{,2}$", "a{,2}", "aa"},
        Search{"^{a}$", "{a}", "a"}, Search{"^x{$", "x{", "x"}, Search{"^}$", "}", "{"}, Search{"^]$", "]", "["},
        Search{"^\u00e4{2}$", "\u00e4\u00e4", "\u00e4"}, Search{"^(a|b|)$", "", "c"}, Search{"^(a{0}b)$", "b", "ab"}));

TEST(PatternRepeats, maySurpassWhatRe2Takes) {
    Budget budget(plenty);
    EXPECT_TRUE(compiledPattern("^a{2500}$")->foundIn(std::string(2500, 'a'), budget));
    EXPECT_FALSE(compiledPattern("^a{2500}$")->foundIn(std::string(2499, 'a'), budget));
    EXPECT_FALSE(compiledPattern("^a{2500}$")->foundIn(std::string(2501, 'a'), budget));
    EXPECT_TRUE(compiledPattern("^a{5,2500}$")->foundIn(std::string(5, 'a'), budget));
    EXPECT_TRUE(compiledPattern("^a{5,2500}$")->foundIn(std::string(1700, 'a'), budget));
    EXPECT_FALSE(compiledPattern("^a{5,2500}$")->foundIn(std::string(2501, 'a'), budget));
    EXPECT_FALSE(compiledPattern("^a{1001,2500}$")->foundIn(std::string(1000, 'a'), budget));
    EXPECT_TRUE(compiledPattern("^a{1500,}$")->foundIn(std::string(1500, 'a'), budget));
    EXPECT_FALSE(compiledPattern("^a{1500,}$")->foundIn(std::string(1499, 'a'), budget));
    EXPECT_TRUE(compiledPattern("^(a{50}){50}$")->foundIn(std::string(2500, 'a'), budget));
    EXPECT_FALSE(compiledPattern("^(a{50}){50}$")->foundIn(std::string(2450, 'a'), budget));
}

struct Repeats {
    const char* pattern;
    std::size_t least;
    std::size_t most;  ///< 0: there is none
};

std::ostream& operator<<(std::ostream& out, const Repeats& repeats) {
    return out << repeats.pattern;
}

class RepeatsOfA : public testing::TestWithParam<Repeats> {};

TEST_P(RepeatsOfA, areFromTheLeastToTheMost) {
    const auto& [text, least, most] = GetParam();
    const auto pattern = compiledPattern(text);
    ASSERT_TRUE(pattern) << text << ": " << pattern.error().text();
    Budget budget(plenty);
    EXPECT_TRUE(pattern->foundIn(std::string(least, 'a'), budget));
    EXPECT_TRUE(least == 0 || !pattern->foundIn(std::string(least - 1, 'a'), budget));
    EXPECT_TRUE(pattern->foundIn(std::string(most == 0 ? 20'000 : most, 'a'), budget));
    EXPECT_TRUE(most == 0 || !pattern->foundIn(std::string(most + 1, 'a'), budget));
}

INSTANTIATE_TEST_SUITE_P(Pattern, RepeatsOfA,
                         testing::Values(Repeats{"^(a{1500}){2}$", 3000, 3000}, Repeats{"^(a{1500}){0,2}$", 0, 3000},
                                         Repeats{"^((a{1500}){2}){2}$", 6000, 6000},
                                         Repeats{"^(a{1500,}){2}$", 3000, 0}, Repeats{"^(a{0,1500}){2}$", 0, 3000},
                                         Repeats{"^(a{1001})*$", 0, 1001 * 19}, Repeats{"^a{0,4294967296}$", 0, 0},
                                         Repeats{"^a{3,99999999999999999999}$", 3, 0},
                                         Repeats{"^a{0000000000002}$", 2, 2}, Repeats{"^(a{2,}){600}$", 1200, 0}));

struct Refused {
    const char* pattern;
    Code code;
};

std::ostream& operator<<(std::ostream& out, const Refused& refused) {
    return out << refused.pattern;
}

class RefusedPattern : public testing::TestWithParam<Refused> {};

TEST_P(RefusedPattern, saysWhetherItIsWrongOrHard) {
    const auto pattern = compiledPattern(GetParam().pattern);
    ASSERT_FALSE(pattern) << GetParam().pattern;
    EXPECT_EQ(pattern.error().code(), GetParam().code) << GetParam().pattern << ": " << pattern.error().text();
}

INSTANTIATE_TEST_SUITE_P(
    Pattern, RefusedPattern,
    testing::Values(
        Refused{"(?=a)", Code::unsupported}, Refused{"(?!a)", Code::unsupported}, Refused{"(?<=a)b", Code::unsupported},
        Refused{"(?<!a)b", Code::unsupported}, Refused{R"((a)\1)", Code::unsupported},
        Refused{R"((?<n>a)\k<n>)", Code::unsupported}, Refused{R"(\p{Emoji})", Code::unsupported},
        Refused{R"(\p{sc=})", Code::unsupported}, Refused{"(", Code::invalid}, Refused{")", Code::invalid},
        Refused{"[", Code::invalid}, Refused{"[a", Code::invalid}, Refused{"*", Code::invalid},
        Refused{"a**", Code::invalid}, Refused{"^*", Code::invalid}, Refused{"a{3,2}", Code::invalid},
        Refused{"[b-a]", Code::invalid}, Refused{"\\", Code::invalid}, Refused{R"(\Z)", Code::invalid},
        Refused{R"(\Aa)", Code::invalid}, Refused{R"(\p)", Code::invalid}, Refused{R"(\p{L)", Code::invalid},
        Refused{R"(\x1)", Code::invalid}, Refused{R"(\u12)", Code::invalid}, Refused{R"(\u{110000})", Code::invalid},
        Refused{R"(\u{})", Code::invalid}, Refused{R"(\u{41)", Code::invalid}, Refused{R"(\u{4g})", Code::invalid},
        Refused{"(?<n(>a)", Code::invalid}, Refused{"(?<>a)", Code::invalid}, Refused{"(?<1>a)", Code::invalid},
        Refused{R"(\p{Script=Lu})", Code::unsupported}, Refused{R"(\p{sc=Any})", Code::unsupported},
        Refused{"a{4294967296}", Code::exhausted}, Refused{"a{4294967296,}", Code::exhausted},
        Refused{"a{4294967296,5}", Code::invalid}, Refused{"(?i)a", Code::invalid}, Refused{"(?P<n>a)", Code::invalid},
        Refused{"((a{1000}){1000}){1000}", Code::exhausted}, Refused{R"((\p{L}{100}){1000})", Code::exhausted}));

TEST(Pattern, sharesAMemory) {
    Allowance allowance;
    allowance.patternMemory = 1UL << 20U;
    int compiled = 0;
    while (Pattern::compile("^[a-z]+$", allowance)) {
        ++compiled;
    }
    EXPECT_EQ(compiled, 4);
}

/// The steps of a search in 1,000 bytes of text.
std::uint64_t searchSteps(const std::string& ecma) {
    const auto pattern = compiledPattern(ecma);
    EXPECT_TRUE(pattern) << ecma;
    const auto affordable = [&](std::uint64_t steps) {
        Budget budget(steps);
        static_cast<void>(pattern->foundIn(std::string(1'000, 'x'), budget));
        return !budget.spent();
    };
    std::uint64_t least = 0;
    for (std::uint64_t step = 1U << 24U; step > 0; step /= 2) {
        least += affordable(least + step - 1) ? 0 : step;
    }
    return least;
}

/// A byte is one step as long as the states fit into RE2's memory, also for sets of Unicode; otherwise as many as there
/// are places in the program where the search may be.
TEST(Pattern, costsWhatASearchTakes) {
    for (const char* few : {"^a+$", R"(^\p{L}+$)", R"(^[\p{Lu}\p{Ll}]+$)", "^.+$", "x*y"}) {
        EXPECT_LE(searchSteps(few), 2'000U) << few;
    }
    EXPECT_LE(searchSteps(R"(^[\p{L}\p{N}\p{P} ]+$)"), 100'000U);
    EXPECT_GE(searchSteps("(a|b)*a(a|b){9}c"), 10'000U);  // 2^10 states
    EXPECT_GE(searchSteps("(a|b)*a(a|b){300}c"), 300'000U);
    EXPECT_GE(searchSteps(R"((\p{L}?){20}x)"), 300'000U);
    EXPECT_LE(searchSteps(R"(^\p{L}{1,50}$)"), 2'000'000U);
    EXPECT_LE(searchSteps(R"(^[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,}$)"), 50'000U);
}

struct Price {
    const char* pattern;
    std::size_t least;
    std::size_t most;
};

class Prices : public testing::TestWithParam<Price> {};

/// By the time that they take: see Allowance::patternSteps.
TEST_P(Prices, goByTheSizeOfTheProgram) {
    Allowance allowance;
    const std::size_t before = allowance.patternSteps;
    static_cast<void>(Pattern::compile(GetParam().pattern, allowance));
    EXPECT_GE(before - allowance.patternSteps, GetParam().least);
    EXPECT_LE(before - allowance.patternSteps, GetParam().most);
}

INSTANTIATE_TEST_SUITE_P(Pattern, Prices,
                         testing::Values(Price{"(", 0, 0}, Price{"^a$", 100, 110},
                                         Price{R"(^[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,}$)", 110, 400},
                                         Price{"^[a-z]{1000}$", 1'000, 2'200}, Price{"^.{1000}$", 10'000, 120'000},
                                         Price{R"(^\p{L}{10}$)", 10'000, 60'000},
                                         Price{R"(^\p{L}{100}$)", 250'000, 600'000},
                                         Price{R"((\p{L}{100}){100})", 800'000, 1'000'000}));

/// A hundred milliseconds, or not much more: what is left is never exceeded by more than one program.
TEST(Pattern, ofOneSchemaShareTheirSteps) {
    for (const char* pattern :
         {R"(^\p{L}{100}x)", R"(^(\p{Lu}|\p{Ll}|\p{N}|\p{P}){40})", "^.{1000}", "(a{10}){1000}"}) {
        Allowance allowance = oneSchema;
        std::size_t compiled = 0;
        while (Pattern::compile(pattern + std::to_string(compiled), allowance)) {
            ++compiled;
        }
        EXPECT_GE(compiled, 1U) << pattern;
        EXPECT_LE(compiled, 40U) << pattern;
        EXPECT_LT(allowance.patternSteps, 240'000U) << pattern;
    }
}

}  // namespace
