#include "schema/equality.h"
#include "schema/memo.h"
#include "schema/number.h"
#include "schema/stable_stack.h"
#include "schema/uri.h"
#include "schema/value.h"
#include "schema/value_path.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <atomic>
#include <cstdint>
#include <limits>
#include <string>

namespace {

using namespace aip::schema;

int order(Number a, Number b) {
    EXPECT_EQ(a.compare(b), -b.compare(a));
    return a.compare(b);
}

Number whole(std::int64_t value) {
    return Number::of(value);
}

TEST(Numbers, areComparedExactly) {
    constexpr double two53 = 9007199254740992.0;
    EXPECT_EQ(order(whole(3), Number::of(3.0)), 0);
    EXPECT_EQ(order(whole(0), Number::of(-0.0)), 0);
    EXPECT_EQ(order(whole(9007199254740993), Number::of(two53)), 1);
    EXPECT_EQ(order(whole(-9007199254740993), Number::of(-two53)), -1);
    EXPECT_EQ(order(Number::of(std::numeric_limits<std::uint64_t>::max()), Number::of(18446744073709551616.0)), -1);
    EXPECT_EQ(order(whole(std::numeric_limits<std::int64_t>::min()), Number::of(-9223372036854775808.0)), 0);
    EXPECT_EQ(order(whole(3), Number::of(3.5)), -1);
    EXPECT_EQ(order(whole(-3), Number::of(-3.5)), 1);
    EXPECT_EQ(order(whole(std::numeric_limits<std::int64_t>::max()), Number::of(0.5)), 1);
    EXPECT_EQ(order(Number::of(1e300), Number::of(1e301)), -1);
    EXPECT_EQ(order(whole(5), Number::of(-1e300)), 1);
    EXPECT_TRUE(Number::of(1e300).isInteger());
    EXPECT_FALSE(Number::of(1.5).isInteger());
}

TEST(Budgets, areSpentToTheLastStep) {
    Budget budget(200'000);
    EXPECT_TRUE(budget.spend(150'000));
    EXPECT_TRUE(budget.spend(50'000));
    EXPECT_TRUE(budget.spend(0));
    EXPECT_FALSE(budget.spend(1));
    EXPECT_TRUE(budget.spent());
    EXPECT_FALSE(budget.spend(0)) << "nothing is left for those who come later";
}

TEST(Budgets, endSoonWhenTheyAreToStop) {
    std::atomic<bool> stop{false};
    Budget budget(1'000'000'000, &stop);
    EXPECT_TRUE(budget.spend(1));
    stop = true;
    std::uint64_t steps = 0;
    while (budget.spend(100)) {
        steps += 100;
    }
    EXPECT_TRUE(budget.spent());
    EXPECT_LE(steps, 100'000U);
}

TEST(Budgets, givePricesOfMoreThanASlice) {
    std::atomic<bool> stop{false};
    Budget budget(1'000'000'000, &stop);
    EXPECT_TRUE(budget.spend(999'999'999));
    EXPECT_TRUE(budget.spend(1));
    EXPECT_FALSE(budget.spend(1));
}

bool multiple(Number number, Number divisor) {
    Budget budget(10'000);
    return Decimal(number).isMultipleOf(Decimal(divisor), budget);
}

TEST(Numbers, areMultiplesAsDecimals) {
    EXPECT_TRUE(multiple(Number::of(0.0075), Number::of(0.0001)));
    EXPECT_FALSE(multiple(Number::of(0.00751), Number::of(0.0001)));
    EXPECT_TRUE(multiple(Number::of(4.35), Number::of(0.01)));
    EXPECT_TRUE(multiple(Number::of(19.99), Number::of(0.01)));
    EXPECT_TRUE(multiple(Number::of(0.3), Number::of(0.1)));
    EXPECT_FALSE(multiple(Number::of(0.35), Number::of(0.1)));
    EXPECT_TRUE(multiple(whole(-10), Number::of(2.5)));
    EXPECT_TRUE(multiple(whole(0), Number::of(0.7)));
    EXPECT_TRUE(multiple(Number::of(1e308), whole(2)));
    EXPECT_FALSE(multiple(Number::of(1e308), whole(3)));
    EXPECT_TRUE(multiple(Number::of(1e308), Number::of(5e-324)));
    EXPECT_TRUE(multiple(Number::of(std::numeric_limits<std::uint64_t>::max()), whole(5)));
    EXPECT_FALSE(multiple(Number::of(std::numeric_limits<std::uint64_t>::max() - 1), whole(5)));
    EXPECT_FALSE(multiple(whole(3), Number::of(std::numeric_limits<std::uint64_t>::max())));
}

struct Resolution {
    const char* base;
    const char* reference;
    const char* document;
    const char* fragment;
};

std::ostream& operator<<(std::ostream& out, const Resolution& resolution) {
    return out << resolution.base << " " << resolution.reference;
}

class Uri : public testing::TestWithParam<Resolution> {};

TEST_P(Uri, isResolvedAsRfc3986Says) {
    const UriReference found = resolveUri(GetParam().base, GetParam().reference);
    EXPECT_EQ(found.document, GetParam().document) << GetParam().base << " " << GetParam().reference;
    EXPECT_EQ(found.fragment, GetParam().fragment);
}

INSTANTIATE_TEST_SUITE_P(
    Schema, Uri,
    testing::Values(
        Resolution{"http://a/b/c/d?q", "g", "http://a/b/c/g", ""},
        Resolution{"http://a/b/c/d?q", "./g/", "http://a/b/c/g/", ""},
        Resolution{"http://a/b/c/d?q", "/g", "http://a/g", ""}, Resolution{"http://a/b/c/d?q", "//g", "http://g", ""},
        Resolution{"http://a/b/c/d?q", "?y", "http://a/b/c/d?y", ""},
        Resolution{"http://a/b/c/d?q", "#s", "http://a/b/c/d?q", "s"},
        Resolution{"http://a/b/c/d?q", "", "http://a/b/c/d?q", ""},
        Resolution{"http://a/b/c/d?q", "..", "http://a/b/", ""},
        Resolution{"http://a/b/c/d?q", "../../../g", "http://a/g", ""},
        Resolution{"http://a/b/c/d?q", "g:h#i", "g:h", "i"}, Resolution{"", "http://a/b/../c/./d", "http://a/c/d", ""},
        Resolution{"http://z/", "http://a/b/../c?q/../r#f/../g", "http://a/c?q/../r", "f/../g"},
        Resolution{"http://z/y", "//a/b/../c", "http://a/c", ""},
        Resolution{"http://z/y", "urn:a/../b", "urn:a/../b", ""}, Resolution{"http://a", "g", "http://a/g", ""},
        Resolution{"", "x.json#/a", "x.json", "/a"}, Resolution{"x.json", "#/a", "x.json", "/a"},
        Resolution{"urn:uuid:1", "#/a%25", "urn:uuid:1", "/a%25"}));

TEST(Uri, isDecoded) {
    EXPECT_EQ(percentDecoded("a%25%zz%4"), "a%%zz%4");
}

struct Document {
    explicit Document(const std::string& json) {
        const auto problem = parser.parse(json).error();
        EXPECT_FALSE(problem);
        tape = {parser.doc.tape.get(), parser.doc.string_buf.get(), json.size()};
    }
    Value root() const { return {tape, Tape::root}; }

    simdjson::dom::parser parser;
    Tape tape;
};

bool same(const std::string& a, const std::string& b) {
    const Document one(a);
    const Document other(b);
    Budget budget(1'000'000);
    const bool equal = sameValue(one.root(), other.root(), budget);
    EXPECT_EQ(equal, hashValue(one.root(), budget) == hashValue(other.root(), budget)) << a << b;
    return equal;
}

TEST(Values, areTheSameWhateverTheOrderOfMembers) {
    EXPECT_TRUE(same(R"({"a":1,"b":[{},[]]})", R"({"b":[{},[]],"a":1.0})"));
    EXPECT_TRUE(same("[]", "[]"));
    EXPECT_FALSE(same("[]", "{}"));
    EXPECT_FALSE(same("[[],[]]", "[[[]]]"));
    EXPECT_FALSE(same(R"({"a":1})", R"({"b":1})"));
    EXPECT_FALSE(same(R"({"a":{"b":1}})", R"({"b":{"a":1}})"));
    EXPECT_FALSE(same("[1,2]", "[2,1]"));
    EXPECT_FALSE(same("true", "1"));
    EXPECT_FALSE(same("\"\"", "null"));
    EXPECT_FALSE(same("9007199254740993", "9007199254740992.0"));
}

TEST(StableStack, movesNothing) {
    StableStack<int> stack;
    stack.push(7);
    int& first = stack.back();
    for (int i = 0; i < 10'000; ++i) {
        stack.push(i);
    }
    EXPECT_EQ(stack.back(), 9'999);
    first = 8;
    for (int i = 0; i < 10'000; ++i) {
        stack.pop();
    }
    stack.trim(0);
    EXPECT_EQ(stack.back(), 8);
    stack.pop();
    EXPECT_TRUE(stack.empty());
    stack.trim(0);
    stack.push(9);
    EXPECT_EQ(stack.back(), 9);
}

TEST(Memo, forgetsWhenItsRoundsBeginAgain) {
    Memo memo(std::numeric_limits<std::uint32_t>::max() - 1);
    memo.add(1, true);
    EXPECT_EQ(memo.find(1), Memo::Known::passed);
    for (int round = 0; round < 4; ++round) {
        memo.clear();
        EXPECT_EQ(memo.find(1), Memo::Known::unknown);
        memo.add(2, false);
        EXPECT_EQ(memo.find(1), Memo::Known::unknown);
        EXPECT_EQ(memo.find(2), Memo::Known::failed);
    }
}

TEST(ValuePath, isCutAtACharacter) {
    const ValuePath path = ValuePath().member("a").item(3).member("b");
    EXPECT_EQ(path.quoted(), "'a[3].b'");
    EXPECT_EQ(ValuePath().member("").member("b").quoted(), "'b'");
    const std::string name(77, 'x');
    EXPECT_EQ(ValuePath().member(name).member("yz").quoted(), "'" + name + ".yz'");
    EXPECT_EQ(ValuePath().member(name).member("y\u00e9").quoted(), "'" + name + ".y... (81 bytes)'");
    EXPECT_EQ(ValuePath().member(name).member("yz\u00e9").member("more").quoted(), "'" + name + ".yz... (87 bytes)'");
}

TEST(Values, areWrittenAsTheyWere) {
    for (const char* json : {R"({"a":[1,-2,0.5,"x\n",true,false,null,{},[]],"b":{"c":{"d":[[]]}},"e":1})", "[]", "5"}) {
        EXPECT_EQ(Document(json).root().json(1'000), json);
    }
    EXPECT_LE(Document("[" + std::string(5'000, '1').replace(0, 5'000, "\"" + std::string(4'000, 'x') + "\"") + "]")
                  .root()
                  .json(80)
                  .size(),
              200U);
}

}  // namespace
