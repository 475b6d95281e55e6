#include "plugins/settings_json.h"

#include <gtest/gtest.h>

namespace {

using Values = std::map<std::string, std::string>;

constexpr const char* schema = R"({"type":"object","additionalProperties":false,"required":[],"properties":{
"name":{"type":"string"},"count":{"type":"integer","minimum":1,"maximum":9},"share":{"type":"number"},"on":{"type":"boolean"},
"names":{"type":"array","items":{"type":"string"}},"counts":{"type":"array","items":{"type":"integer"}},
"maybe":{"type":["integer","null"]},"either":{"anyOf":[{"type":"null"},{"type":"boolean"}]},"rules":{"type":"object"}}})";

struct Row {
    Values values;
    const char* outcome;
};

class SettingsJson : public testing::TestWithParam<Row> {};

TEST_P(SettingsJson, isTypedByTheSchema) {
    const auto json = aip::plugins::settingsJson(schema, GetParam().values);
    EXPECT_EQ(json ? *json : json.error().text(), GetParam().outcome);
}

INSTANTIATE_TEST_SUITE_P(
    Plugins, SettingsJson,
    testing::Values(
        Row{{}, "{}"}, Row{{{"name", "a \"b\""}}, R"({"name":"a \"b\""})"}, Row{{{"name", "5"}}, R"({"name":"5"})"},
        Row{{{"count", " 5 "}, {"share", "0.5"}, {"on", "yes"}}, R"({"count":5,"on":true,"share":0.5})"},
        Row{{{"names", "a, b ,c d"}}, R"({"names":["a","b","c d"]})"}, Row{{{"names", ""}}, R"({"names":[]})"},
        Row{{{"counts", "1,2"}}, R"({"counts":[1,2]})"}, Row{{{"maybe", "3"}}, R"({"maybe":3})"},
        Row{{{"either", "off"}}, R"({"either":false})"}, Row{{{"rules", R"({"a":1})"}}, R"({"rules":{"a":1}})"},
        Row{{{"cuont", "5"}}, "unknown key 'cuont'; did you mean 'count'?"}, Row{{{"zzz", "5"}}, "unknown key 'zzz'"},
        Row{{{"count", "five"}}, "key 'count': \"five\" is not an integer"},
        Row{{{"count", ""}}, "key 'count': \"\" is not an integer"},
        Row{{{"count", "50"}}, "key 'count': 50 is more than 9"},
        Row{{{"count", "true"}}, "key 'count': expected integer, got boolean"},
        Row{{{"count", "1,\"on\":true"}}, "key 'count': \"1,\\\"on\\\":true\" is not an integer"},
        Row{{{"on", "maybe"}}, "key 'on': \"maybe\" is neither true nor false"},
        Row{{{"counts", "1,x"}}, "key 'counts': \"x\" is not an integer"},
        Row{{{"rules", "[1]"}}, "key 'rules': expected object, got array"},
        Row{{{"name", "\xff"}}, "key 'name': not valid UTF-8"}));

TEST(SettingsJson, refusesEveryKeyIfThePluginTakesNone) {
    EXPECT_EQ(*aip::plugins::settingsJson("null", {}), "{}");
    EXPECT_EQ(aip::plugins::settingsJson("null", {{"a", "b"}}).error().text(),
              "unknown key 'a': the plugin takes no settings");
}

}  // namespace
