// The fields of records, and how much of the parameters is in them.

#include "audit/record.h"

#include "base/sha256.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace aip::audit {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

std::shared_ptr<const ToolFacts> tool(const std::string& schema = "{}") {
    return std::make_shared<const ToolFacts>(
        ToolFacts{"action::run", "Bash", "shell", "1.2.0", "abc", SecretMembers(schema)});
}

Asked asked(std::string_view parameters) {
    return {.door = "server", .session = "s\"1", .response = "r", .call = "c", .tool = "run", .parameters = parameters};
}

std::string begun(std::string_view parameters, Parameters form, std::shared_ptr<const ToolFacts> facts = tool(),
                  Decision decision = {}) {
    const Asked all = asked(parameters);
    const CallRecord record{CallTexts(all), std::move(facts), std::move(decision), base::Clock::WallTime(1s)};
    return begunMembers(record, form);
}

constexpr auto head = R"("time":"1970-01-01T00:00:01.000000+00:00","kind":"begun","door":"server","session":"s\"1",)"
                      R"("response":"r","call":"c",)";
constexpr auto pluginMembers =
    R"("tool":"action::run","namespace":"Bash","plugin":{"id":"shell","version":"1.2.0","sha256":"abc"},)";

TEST(Record, ofABeginSaysWhoAsksForWhat) {
    EXPECT_EQ(begun(R"({"a":1})", Parameters::full),
              std::string(head) + pluginMembers + R"("decision":"allowed","parameters":{"a":1})");
    EXPECT_EQ(begun("{}", Parameters::full, tool(), {"policy", base::Code::denied, "limits.run"}),
              std::string(head) + pluginMembers +
                  R"("decision":"refused","by":"policy","code":"DENIED","reason":"limits.run","parameters":{})");
}

/// Nobody knows which of its parameters are secrets.
TEST(Record, ofAToolThatIsNotKnownHasOnlyTheHashOfItsParameters) {
    EXPECT_EQ(begun("{}", Parameters::full, nullptr, {"router", base::Code::notFound, "no such tool"}),
              std::string(head) +
                  R"("tool":"run","decision":"refused","by":"router","code":"NOT_FOUND","reason":"no such tool",)"
                  R"("parameters_bytes":2,"parameters_sha256":")" +
                  base::sha256Of("{}") + "\"");
}

std::string sizeOf(const std::string& text) {
    return R"("parameters_bytes":)" + std::to_string(text.size()) + R"(,"parameters_sha256":")" + base::sha256Of(text) +
           "\"";
}

/// Parameters, the setting, the schema, and how the record ends.
struct ParameterRow {
    std::string parameters;
    Parameters form;
    const char* schema;
    std::string end;
};

const std::string longText = R"({"a":")" + std::string(3'000, 'x') + "\"}";
const std::string largeText = R"({"a":")" + std::string(300'000, 'x') + "\"}";
const std::string deepText = std::string(220, '[') + std::string(220, ']');
constexpr auto secret = R"({"properties":{"pin":{"writeOnly":true}}})";

TEST(Record, hasAsMuchOfTheParametersAsTheSettingSays) {
    const ParameterRow rows[] = {
        {R"({"a":1})", Parameters::cut, "{}", R"("parameters":{"a":1})"},
        {R"({"a":1})", Parameters::hash, "{}", sizeOf(R"({"a":1})")},
        {longText, Parameters::full, "{}", "\"parameters\":" + longText},
        {longText, Parameters::cut, "{}",
         R"("parameters_start":"{\"a\":\")" + std::string(1'018, 'x') + "\"," + sizeOf(longText)},
        {longText, Parameters::hash, "{}", sizeOf(longText)},
        {largeText, Parameters::hash, "{}", sizeOf(largeText)},
        {largeText, Parameters::cut, "{}",
         R"("parameters_start":"{\"a\":\")" + std::string(1'018, 'x') + R"(","parameters_bytes":300008)"},
        {"{ \"a b\" :\n[ 1 ,\t\"\\\" \\\\\" ]\r\n}", Parameters::full, "{}", R"("parameters":{"a b":[1,"\" \\"]})"},
        {"{\"a\":", Parameters::full, "{}", sizeOf("{\"a\":")},
        {"{\"a\":\"\xFF\"}", Parameters::cut, "{}", sizeOf("{\"a\":\"\xFF\"}")},
        {"", Parameters::full, "{}", sizeOf("")},
        {"{\"a\":" + deepText + "}", Parameters::full, "{}", sizeOf("{\"a\":" + deepText + "}")},
        {R"({"pin":"hunter2"})", Parameters::full, secret, R"("parameters":{"pin":"***"})"},
        {R"({"pin":"hunter2"})", Parameters::hash, secret, sizeOf(R"({"pin":"***"})")},
        {R"({"pin":"hunter2",)", Parameters::full, secret, sizeOf(R"({"pin":"hunter2",)")},
        {R"({"pin":"hunter2"})", Parameters::full, R"({"writeOnly":true})", R"("parameters":"***")"},
    };
    for (const auto& row : rows) {
        const std::string members = begun(row.parameters, row.form, tool(row.schema));
        EXPECT_THAT(members, EndsWith("," + row.end)) << row.parameters.substr(0, 40);
        EXPECT_THAT(members, Not(HasSubstr("hunter2")));
        EXPECT_THAT(members, Not(HasSubstr("\n")));
    }
}

/// They are not even looked at: that would hold up other records.
TEST(Record, ofLargeParametersWithSecretsHasOnlyTheirSize) {
    const std::string large = R"({"pin":")" + std::string(300'000, '1') + "\"}";
    for (const auto form : {Parameters::cut, Parameters::hash}) {
        EXPECT_THAT(begun(large, form, tool(secret)), EndsWith(R"(,"parameters_bytes":300010)"));
    }
    EXPECT_THAT(begun(large, Parameters::full, tool(secret)), EndsWith(R"("parameters":{"pin":"***"})"));
}

TEST(Record, cutsIdsAndRepairsThem) {
    Asked all = asked("{}");
    const std::string session(5'000, 's');
    all.session = session;
    all.task = "\xFF\n";
    const CallRecord record{CallTexts(all), nullptr, {}, {}};
    const std::string members = begunMembers(record, Parameters::cut);
    EXPECT_THAT(members,
                HasSubstr("\"session\":\"" + std::string(longestText, 's') + "\",\"task\":\"\xEF\xBF\xBD\\n\""));
}

TEST(Record, ofAnEndSaysHowAndOfWhat) {
    const Asked all = asked("{}");
    CallRecord record{CallTexts(all), tool(), {}, {}};
    record.sequence = 7;
    record.end = {"tool", base::Code::ok, 42};
    record.ended = base::Clock::WallTime(2s);
    record.duration = 1500us;
    EXPECT_EQ(endedMembers(record, Parameters::cut),
              R"("time":"1970-01-01T00:00:02.000000+00:00","kind":"ended","begun":7,"session":"s\"1",)"
              R"("tool":"action::run","status":"success","code":"OK","by":"tool","duration_us":1500,"bytes":42)");
    record.end.account = "{\"argv\":[\"ls\"],\n \"exit_code\":0}";
    EXPECT_THAT(endedMembers(record, Parameters::full),
                EndsWith(R"("bytes":42,"account":{"argv":["ls"],"exit_code":0})"));
    EXPECT_THAT(endedMembers(record, Parameters::hash),
                EndsWith(R"("bytes":42,"account_sha256":")" + base::sha256Of(record.end.account) + "\""));
    record.tool = std::make_shared<const ToolFacts>(
        ToolFacts{"action::run", "N", "p", "1", "abc", SecretMembers(R"({"properties":{"key":{"writeOnly":true}}})")});
    record.end.account = R"({"key":"k","path":"/p"})";
    EXPECT_THAT(endedMembers(record, Parameters::full), EndsWith(R"("account":{"key":"***","path":"/p"})"));
    record.end = {"schema", base::Code::invalid, 0};
    EXPECT_THAT(endedMembers(record, Parameters::cut),
                HasSubstr(R"("status":"failure","code":"INVALID","by":"schema")"));
}

TEST(Record, ofAnEventHasItsMembers) {
    EXPECT_EQ(eventMembers({"lock", R"("reason":"x")", base::Clock::WallTime(1s)}),
              R"("time":"1970-01-01T00:00:01.000000+00:00","kind":"lock","reason":"x")");
    EXPECT_THAT(eventMembers({"lock", "", {}}), EndsWith(R"("kind":"lock")"));
}

/// Short ones and long ones, on either side of what needs no memory of its own.
TEST(CallTexts, areCopies) {
    for (const std::size_t size : {1U, 100U, 150U, 159U, 160U, 161U, 300U, 320U, 321U, 1'000U}) {
        std::string session(size, 's');
        std::string parameters(size, 'p');
        Asked all = asked(parameters);
        all.door = {};
        all.session = session;
        const CallTexts texts(all);
        session = parameters = std::string(size, '-');
        EXPECT_EQ(texts.session(), std::string(size, 's'));
        EXPECT_EQ(texts.parameters(), std::string(size, 'p'));
        EXPECT_EQ(texts.tool(), "run");
        EXPECT_EQ(texts.door(), "");
    }
}

TEST(CallTexts, keepTheOwnerOfTheParametersUnlessTheyAreASmallPartOfIt) {
    const auto owner = std::make_shared<const std::string>(R"({"a":1})");
    Asked all = asked(*owner);
    all.owner = owner;
    for (const std::size_t size : {0U, 7U, 28U, 29U}) {
        all.ownerSize = size;
        CallTexts kept(all);
        EXPECT_EQ(kept.parameters(), *owner);
        EXPECT_EQ(kept.parameters().data() == owner->data(), size <= 28) << size;
        EXPECT_EQ(owner.use_count(), size <= 28 ? 3 : 2) << size;
        kept.dropParameters();
        EXPECT_EQ(owner.use_count(), 2);
    }
    all.owner.reset();
    EXPECT_NE(CallTexts(all).parameters().data(), owner->data());
}

}  // namespace
}  // namespace aip::audit
