#include "admission/settings_json.h"

#include <gtest/gtest.h>

namespace {

using Values = std::map<std::string, aip::base::SettingText>;

constexpr const char* schema = R"({"type":"object","additionalProperties":false,"required":[],"properties":{
"name":{"type":"string"},"count":{"type":"integer","minimum":1,"maximum":9},"share":{"type":"number"},"on":{"type":"boolean"},
"names":{"type":"array","items":{"type":"string"}},"counts":{"type":"array","items":{"type":"integer"}},
"maybe":{"type":["integer","null"]},"either":{"anyOf":[{"type":"null"},{"type":"boolean"}]},"rules":{"type":"object"},
"hosts":{"type":"array","items":{"type":"object","required":["name"]}},"pause_ms":{"type":"integer"}}})";

struct SettingsJsonRow {
    Values values;
    const char* outcome;
};

class SettingsJson : public testing::TestWithParam<SettingsJsonRow> {};

TEST_P(SettingsJson, isTypedByTheSchema) {
    const auto json = aip::admission::settingsJson(schema, GetParam().values);
    EXPECT_EQ(json ? *json : json.error().text(), GetParam().outcome);
}

INSTANTIATE_TEST_SUITE_P(
    Plugins, SettingsJson,
    testing::Values(
        SettingsJsonRow{{}, "{}"}, SettingsJsonRow{{{"name", "a \"b\""}}, R"({"name":"a \"b\""})"},
        SettingsJsonRow{{{"name", "5"}}, R"({"name":"5"})"},
        SettingsJsonRow{{{"count", " 5 "}, {"share", "0.5"}, {"on", "yes"}}, R"({"count":5,"on":true,"share":0.5})"},
        SettingsJsonRow{{{"names", "a, b ,c d"}}, R"({"names":["a","b","c d"]})"},
        SettingsJsonRow{{{"names", ""}}, R"({"names":[]})"},
        SettingsJsonRow{{{"counts", "1,2"}}, R"({"counts":[1,2]})"},
        SettingsJsonRow{{{"count", "5B"}, {"share", "250ms"}, {"counts", "1KiB, 2m"}},
                        R"({"count":5,"counts":[1024,120],"share":0.25})"},
        SettingsJsonRow{{{"pause_ms", "1.5s"}}, R"({"pause_ms":1500})"},
        SettingsJsonRow{{{"on", "1"}}, "key 'on': '1' is none of true, false, yes, no, on, off"},
        SettingsJsonRow{{{"maybe", "3"}}, R"({"maybe":3})"},
        SettingsJsonRow{{{"either", "off"}}, R"({"either":false})"},
        SettingsJsonRow{{{"rules", R"({"a":1})"}}, R"({"rules":{"a":1}})"},
        SettingsJsonRow{{{"rules", R"({"a":{"b":[1, {"c":2}]}})"}}, R"({"rules":{"a":{"b":[1, {"c":2}]}}})"},
        SettingsJsonRow{{{"hosts", R"([{"name": "a", "ports": [1, 2]}, {"name": "b"}])"}},
                        R"({"hosts":[{"name": "a", "ports": [1, 2]}, {"name": "b"}]})"},
        SettingsJsonRow{{{"hosts", "[]"}}, R"({"hosts":[]})"},
        SettingsJsonRow{{{"hosts", R"([{"nam": "a"}])"}}, "key 'hosts': '[0].name' is a required property"},
        SettingsJsonRow{{{"names", "[a], b"}}, R"({"names":["[a]","b"]})"},
        SettingsJsonRow{{{"cuont", "5"}}, "unknown key 'cuont'; did you mean 'count'?"},
        SettingsJsonRow{{{"zzz", "5"}}, "unknown key 'zzz'"},
        SettingsJsonRow{{{"count", "five"}}, "key 'count': \"five\" is not an integer"},
        SettingsJsonRow{{{"count", ""}}, "key 'count': \"\" is not an integer"},
        SettingsJsonRow{{{"count", "50"}}, "key 'count': 50 is more than 9"},
        SettingsJsonRow{{{"count", "true"}}, "key 'count': expected integer, got boolean"},
        SettingsJsonRow{{{"count", "1,\"on\":true"}}, "key 'count': \"1,\\\"on\\\":true\" is not an integer"},
        SettingsJsonRow{{{"on", "maybe"}}, "key 'on': 'maybe' is none of true, false, yes, no, on, off"},
        SettingsJsonRow{{{"counts", "1,x"}}, "key 'counts': \"x\" is not an integer"},
        SettingsJsonRow{{{"rules", "[1]"}}, "key 'rules': expected object, got array"},
        SettingsJsonRow{{{"name", "\xff"}}, "key 'name': not valid UTF-8"}));

/// Written in parts.
constexpr const char* nested = R"({"type":"object","required":[],"properties":{
"hosts":{"type":"array","items":{"$ref":"#/$defs/host"}},
"limits":{"anyOf":[{"type":"null"},{"type":"object","additionalProperties":false,
  "properties":{"cpu":{"type":"number"},"wait_ms":{"type":"integer","minimum":1},"on":{"type":"boolean"},"names":{"type":"array"}}}]},
"labels":{"type":"object","additionalProperties":{"type":"integer"}},"open":{"type":"object"},
"grid":{"type":"array","items":{"type":"array","items":{"type":"integer"}}},"name":{"type":"string"}},
"$defs":{"host":{"type":"object","required":["name"],"additionalProperties":false,
  "properties":{"name":{"type":"string"},"port":{"type":["integer","null"]},"next":{"$ref":"#/$defs/host"}}}}})";

class SettingsInParts : public testing::TestWithParam<SettingsJsonRow> {};

TEST_P(SettingsInParts, areTypedLikeWholeOnes) {
    const auto json = aip::admission::settingsJson(nested, GetParam().values);
    EXPECT_EQ(json ? *json : json.error().text(), GetParam().outcome);
}

INSTANTIATE_TEST_SUITE_P(
    Plugins, SettingsInParts,
    testing::Values(
        SettingsJsonRow{{{"hosts.0.name", "a"}, {"hosts.0.port", "1"}, {"hosts.1.name", "5"}},
                        R"({"hosts":[{"name":"a","port":1},{"name":"5"}]})"},
        SettingsJsonRow{{{"hosts.0.name", "a"}, {"hosts.0.next.name", "b"}, {"hosts.0.next.port", "2"}},
                        R"({"hosts":[{"name":"a","next":{"name":"b","port":2}}]})"},
        SettingsJsonRow{{{"hosts.0", R"({"name":"a"})"}, {"hosts.1.name", "b"}},
                        R"({"hosts":[{"name":"a"},{"name":"b"}]})"},
        SettingsJsonRow{
            {{"limits.cpu", "0.5"}, {"limits.wait_ms", "2s"}, {"limits.on", "yes"}, {"limits.names", "a, b"}},
            R"({"limits":{"cpu":0.5,"names":["a","b"],"on":true,"wait_ms":2000}})"},
        SettingsJsonRow{{{"limits", R"({"cpu":1})"}}, R"({"limits":{"cpu":1}})"},
        SettingsJsonRow{{{"labels.north", "1"}, {"labels.10", "2"}, {"labels.9", "3"}},
                        R"({"labels":{"9":3,"10":2,"north":1}})"},
        SettingsJsonRow{{{"open.a.b", "1"}, {"open.c", "true"}}, R"({"open":{"a":{"b":"1"},"c":"true"}})"},
        SettingsJsonRow{{{"grid.0", "1,2"}, {"grid.1.0", "3"}}, R"({"grid":[[1,2],[3]]})"},
        SettingsJsonRow{{{"hosts.0.name", "a"}, {"hosts.2.name", "c"}},
                        "key 'hosts': is a list: its parts are numbered 0, 1, 2, ..."},
        SettingsJsonRow{{{"hosts.00.name", "a"}}, "key 'hosts': is a list: its parts are numbered 0, 1, 2, ..."},
        SettingsJsonRow{{{"hosts.name", "a"}}, "key 'hosts': is a list: its parts are numbered 0, 1, 2, ..."},
        SettingsJsonRow{{{"hosts", "[]"}, {"hosts.0.name", "a"}},
                        "key 'hosts': is written as a whole and in parts: one of them"},
        SettingsJsonRow{{{"hosts.0.name", "a"}, {"hosts.0.port", "x"}}, "key 'hosts.0.port': \"x\" is not an integer"},
        SettingsJsonRow{{{"hosts.0.nam", "a"}}, "unknown key 'hosts.0.nam'; did you mean 'name'?"},
        SettingsJsonRow{{{"host.0.name", "a"}}, "unknown key 'host'; did you mean 'hosts'?"},
        SettingsJsonRow{{{"limits.wait_m", "1"}}, "unknown key 'limits.wait_m'; did you mean 'wait_ms'?"},
        SettingsJsonRow{{{"limits.zzzzzz", "1"}}, "unknown key 'limits.zzzzzz'"},
        SettingsJsonRow{{{"name.first", "a"}}, "key 'name': has no parts: it is of type string"},
        SettingsJsonRow{{{"hosts.0.name", "\xff"}}, "key 'hosts.0.name': not valid UTF-8"}));

TEST(SettingsInParts, showNoSecret) {
    constexpr const char* secrets =
        R"({"type":"object","properties":{"accounts":{"type":"array","items":{"type":"object",
"properties":{"password":{"type":"integer"},"pin":{"type":"integer","writeOnly":true},"age":{"type":"integer"}}}}}})";
    EXPECT_EQ(aip::admission::settingsJson(secrets, {{"accounts.0.password", "canary"}, {"accounts.0.pin", "canary"}})
                  .error()
                  .text()
                  .find("canary"),
              std::string::npos);
}

std::vector<std::string> faults(const char* of, const Values& values) {
    std::vector<std::string> lines;
    for (const auto& fault : aip::admission::settingFaults(of, values)) {
        lines.push_back(fault.key + ": " + fault.text);
    }
    return lines;
}

TEST(SettingFaults, areAllOfThem) {
    using Lines = std::vector<std::string>;
    EXPECT_EQ(faults(schema, {{"count", "5"}, {"on", "yes"}}), Lines());
    EXPECT_EQ(faults(schema, {{"count", "50"}, {"cuont", "5"}, {"name", "x"}, {"on", "1"}}),
              (Lines{"count: 50 is more than 9", "cuont: unknown key 'cuont'; did you mean 'count'?",
                     "on: '1' is none of true, false, yes, no, on, off"}));
    EXPECT_EQ(faults("null", {{"a", "b"}}), Lines{"a: unknown key 'a': the plugin takes no settings"});
    EXPECT_EQ(faults(R"({"type":"object","required":["a"],"properties":{"a":{"type":"string"}}})", {}),
              Lines{": key 'a' is a required property"});
}

TEST(SettingFaults, areThoseOfEveryItemAndEveryMissingKey) {
    using Lines = std::vector<std::string>;
    EXPECT_EQ(faults(schema, {{"counts", "1, x, 2, y"}}),
              (Lines{"counts: \"x\" is not an integer", "counts: \"y\" is not an integer"}));
    constexpr const char* of = R"({"type":"object","required":["a","b","c"],"properties":{"a":{"type":"integer"},
"b":{"type":"string"},"c":{"type":"string"},"d":{"type":"array","items":{"enum":["x","y"]},"maxItems":2}}})";
    const auto all = faults(of, {{"a", "one"}, {"d", "x, z, w"}});
    ASSERT_EQ(all.size(), 5U);
    EXPECT_EQ(all[0], "a: \"one\" is not an integer");
    EXPECT_TRUE(all[1].starts_with("d: ") && all[2].starts_with("d: ")) << all[1] << all[2];
    EXPECT_EQ(all[3], ": key 'b' is a required property");
    EXPECT_EQ(all[4], ": key 'c' is a required property");
    EXPECT_EQ(faults(of, {{"a", "1"}, {"b", ""}, {"c", ""}, {"d", "x, y, x"}}).size(), 1U);
}

TEST(ListSettings, areThoseOfTypeArray) {
    EXPECT_EQ(aip::admission::listSettings(R"({"properties":{"a":{"type":"array"},"b":{"type":"string"},
"c":{"anyOf":[{"type":"null"},{"type":"array"}]}}})"),
              (std::set<std::string>{"a", "c"}));
    EXPECT_TRUE(aip::admission::listSettings("null").empty());
}

TEST(SettingFaults, showNoSecret) {
    constexpr const char* secrets = R"({"type":"object","properties":{"pin":{"type":"integer","writeOnly":true},
"apiKey":{"type":"integer"},"code":{"$ref":"#/definitions/code"}},"definitions":{"code":{"type":"string","maxLength":3}}})";
    EXPECT_EQ(aip::admission::settingsJson(secrets, {{"pin", "canary"}, {"apiKey", "canary"}}).error().text(),
              "key 'apiKey': not a value that the plugin takes; key 'pin': not a value that the plugin takes");
    EXPECT_EQ(faults(secrets, {{"code", "canary"}}).size(), 1U);
}

TEST(WriteOnlySettings, areThoseThatTheSchemaMarks) {
    using Keys = std::set<std::string>;
    EXPECT_EQ(aip::admission::writeOnlySettings(R"({"properties":{"a":{"type":"string","writeOnly": true},
"b":{"type":"string"},"c":{"type":"array","items":{"writeOnly":true}},"d":{"writeOnly":false}}})"),
              (Keys{"a", "c"}));
    EXPECT_EQ(aip::admission::writeOnlySettings(
                  R"({"properties":{"a":{"$ref":"#/$defs/s"},"b":{}},"$defs":{"s":{"writeOnly":true}}})"),
              Keys{"a"});
    EXPECT_EQ(aip::admission::writeOnlySettings("null"), Keys());
}

TEST(SettingsJson, refusesEveryKeyIfThePluginTakesNone) {
    EXPECT_EQ(*aip::admission::settingsJson("null", {}), "{}");
    EXPECT_EQ(aip::admission::settingsJson("null", {{"a", "b"}}).error().text(),
              "unknown key 'a': the plugin takes no settings");
}

}  // namespace
