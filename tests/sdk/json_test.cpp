#include <aip/json.h>

#include <gtest/gtest.h>

#include <clocale>
#include <string>
#include <string_view>

// The fuzzer sdk_json compares the reader with simdjson; here is what that cannot say.
namespace {

aip_text text(std::string_view json) {
    return {json.data(), json.size()};
}

aip_json parsed(std::string_view json) {
    aip_json value;
    EXPECT_EQ(aip_json_parse(text(json), &value), nullptr) << json;
    return value;
}

struct Wrong {
    std::string_view json;
    std::string_view problem;
    std::ptrdiff_t place;
};

TEST(Json, saysWhatIsWrongAndWhere) {
    const Wrong rows[] = {
        {"", "expected a value", 0},
        {" ", "expected a value", 1},
        {"nul", "expected a value", 0},
        {"[1 2]", "expected ',' or ']'", 3},
        {"{\"a\":1 \"b\"}", "expected ',' or '}'", 7},
        {"{\"a\" 1}", "expected ':'", 5},
        {"{1:2}", "expected a string", 1},
        {"[1,]", "expected a value", 3},
        {"{\"a\":1,}", "expected a string", 7},
        {"[", "expected a value", 1},
        {"[1", "an array or object does not end", 2},
        {"1 2", "something after the value", 2},
        {"01", "a number with a leading zero", 0},
        {"1.", "a number without digits after its point", 0},
        {"[1e+]", "a number without digits in its exponent", 1},
        {"\"a", "the string does not end", 2},
        {"\"\t\"", "a control character in a string", 1},
        {"\"\\x\"", "not a valid escape in a string", 1},
        {"\"a\\ud800\"", "not a valid escape in a string", 2},
        {"\"\\udc00\"", "not a valid escape in a string", 1},
        {"\"ab\xC0\x80\"", "not valid UTF-8 in a string", 3},
        {"\"\xED\xA0\x80\"", "not valid UTF-8 in a string", 1},
        {"\"\xF4\x90\x80\x80\"", "not valid UTF-8 in a string", 1},
        {std::string_view("\0", 1), "expected a value", 0},
    };
    for (const auto& [json, problem, place] : rows) {
        aip_json value;
        const char* said = aip_json_scan(text(json), &value);
        ASSERT_NE(said, nullptr) << json;
        EXPECT_EQ(said, problem) << json;
        EXPECT_EQ(value.at - json.data(), json.empty() ? value.at - json.data() : place) << json;
        EXPECT_NE(aip_json_parse(text(json), &value), nullptr);
        EXPECT_EQ(aip_json_type(value), AIP_JSON_ABSENT);
    }
}

TEST(Json, isNestedSoDeepAndNoDeeper) {
    const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    aip_json value;
    EXPECT_EQ(aip_json_parse(text(nested(AIP_JSON_DEPTH)), &value), nullptr);
    EXPECT_STREQ(aip_json_parse(text(nested(AIP_JSON_DEPTH + 1)), &value), "nested too deeply");
    EXPECT_STREQ(aip_json_parse(text(std::string(1000000, '[')), &value), "nested too deeply");
}

TEST(Json, answersNoToEverythingThatIsAskedOfAnAbsentValue) {
    const aip_json absent = aip_json_member(parsed(R"({"a":[1]})"), "b");
    std::int64_t number = 7;
    double real = 7;
    int truth = 7;
    char out[8];
    EXPECT_EQ(aip_json_type(absent), AIP_JSON_ABSENT);
    EXPECT_EQ(aip_json_raw(absent).size, 0U);
    EXPECT_EQ(aip_json_is_null(absent), 0);
    EXPECT_EQ(aip_json_int64(absent, &number) + aip_json_double(absent, &real) + aip_json_bool(absent, &truth), 0);
    EXPECT_EQ(aip_json_string(absent, out, sizeof out), -1);
    EXPECT_EQ(aip_json_is(absent, text("")), 0);
    EXPECT_EQ(aip_json_type(aip_json_member(absent, "c")), AIP_JSON_ABSENT);
    auto items = aip_json_items_of(absent);
    EXPECT_EQ(aip_json_next(&items), 0);
    EXPECT_EQ(number, 7);
}

TEST(Json, walksThroughArraysAndObjects) {
    std::string seen;
    auto member = aip_json_items_of(parsed(" { \"a\" : [ 1 , [ \"]\" ] ] , \"b\\u0063\" : { } , \"\":\"\\\\\" } "));
    while (aip_json_next(&member)) {
        const auto name = aip_json_raw(member.name);
        const auto value = aip_json_raw(member.value);
        seen += std::string(name.data, name.size) + "=" + std::string(value.data, value.size) + ";";
    }
    EXPECT_EQ(seen, R"("a"=[ 1 , [ "]" ] ];"b\u0063"={ };""="\\";)");
    EXPECT_EQ(aip_json_type(aip_json_member(parsed(R"({"b\u0063":1})"), "bc")), AIP_JSON_NUMBER);
    EXPECT_EQ(aip_json_type(aip_json_member(parsed(R"({"a":1,"a":"last"})"), "a")), AIP_JSON_STRING);
}

TEST(Json, copiesATextIntoABufferIfItFits) {
    char out[4] = "???";
    EXPECT_EQ(aip_json_string(parsed(R"("abc")"), out, 4), 3);
    EXPECT_STREQ(out, "abc");
    EXPECT_EQ(aip_json_string(parsed(R"("abcd")"), out, 4), -1);
    EXPECT_EQ(aip_json_string(parsed(R"("\u0061\u00e9")"), out, 4), 3);
    EXPECT_STREQ(out, "a\xC3\xA9");
    EXPECT_EQ(aip_json_string(parsed(R"("\ud83d\ude00")"), out, 4), -1);
    EXPECT_EQ(aip_json_string(parsed(R"("")"), out, 1), 0);
    EXPECT_EQ(aip_json_string(parsed(R"("")"), out, 0), -1);
    EXPECT_EQ(aip_json_string(parsed("1"), out, 4), -1);
}

TEST(Json, readsAnIntegerInEveryForm) {
    std::int64_t number = 0;
    std::uint64_t size = 0;
    EXPECT_EQ(aip_json_int64(parsed("-9223372036854775808"), &number), 1);
    EXPECT_EQ(number, INT64_MIN);
    EXPECT_EQ(aip_json_int64(parsed("3e2"), &number), 1);
    EXPECT_EQ(number, 300);
    EXPECT_EQ(aip_json_uint64(parsed("-0"), &size), 1);
    EXPECT_EQ(aip_json_uint64(parsed("1.8446744073709551615e19"), &size), 0);
    for (const auto* json : {"9223372036854775808", "-9223372036854775809", "1.5", "1e19", "1e999", "\"1\"", "null"}) {
        EXPECT_EQ(aip_json_int64(parsed(json), &number), 0) << json;
    }
}

TEST(Json, readsADoubleInEveryLocale) {
    double number = 0;
    const std::string before = std::setlocale(LC_NUMERIC, nullptr);
    for (const auto* locale : {"C", "de_DE.UTF-8"}) {
        std::setlocale(LC_NUMERIC, locale);  // where it is not installed nothing changes
        EXPECT_EQ(aip_json_double(parsed("123456789012345678901234567890.5e-30"), &number), 1);
        EXPECT_EQ(number, 0.1234567890123456789);
    }
    std::setlocale(LC_NUMERIC, before.c_str());
    EXPECT_EQ(aip_json_double(parsed("9007199254740993." + std::string(2000, '0') + "1"), &number), 1);
    EXPECT_EQ(number, 9007199254740994.0);
    EXPECT_EQ(aip_json_double(parsed("0." + std::string(2000, '0') + "1e2001"), &number), 1);
    EXPECT_EQ(number, 1.0);
    EXPECT_EQ(aip_json_double(parsed("1e400"), &number), 0);
    EXPECT_EQ(aip_json_double(parsed("1e-99999999999999999999"), &number), 1);
    EXPECT_EQ(number, 0.0);
}

}  // namespace
