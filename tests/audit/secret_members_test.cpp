#include "audit/secret_members.h"

#include <gtest/gtest.h>

#include <string>

namespace aip::audit {
namespace {

/// A schema, parameters, and how they are shown.
struct MaskRow {
    const char* schema;
    const char* json;
    const char* shown;
};

const MaskRow rows[] = {
    {R"({"properties":{"pin":{"type":"string","writeOnly":true}}})", R"({"a": 1, "pin": "x"})",
     R"({"a":1,"pin":"***"})"},
    {R"({"properties":{"pin":{"format":"password"}}})", R"({"pin":{"deep":["x"]}})", R"({"pin":"***"})"},
    {R"({"properties":{"pin":{"format":"password"}}})", R"({"a":{"b":[{"pin":5}]}})", R"({"a":{"b":[{"pin":"***"}]}})"},
    {R"({"properties":{"pin":{"format":"password"}}})", R"({"\u0070in":"x"})", R"({"pin":"***"})"},
    {R"({"properties":{"a":{"properties":{"pin":{"writeOnly":true}}}}})", R"({"a":{"pin":1,"x":{},"y":[]}})",
     R"({"a":{"pin":"***","x":{},"y":[]}})"},
    {R"({"properties":{"pin":{"anyOf":[{"type":"null"},{"format":"password"}]}}})", R"({"pin":null})",
     R"({"pin":"***"})"},
    {R"({"properties":{"pins":{"items":{"format":"password"}}}})", R"({"pins":["x"]})", R"({"pins":"***"})"},
    {R"({"properties":{"env":{"additionalProperties":{"writeOnly":true}}}})", R"({"env":{"A":"x"}})",
     R"({"env":"***"})"},
    {R"({"properties":{"pin":{"$ref":"#/$defs/secret"}},"$defs":{"secret":{"format":"password"}}})", R"({"pin":"x"})",
     R"({"pin":"***"})"},
    {R"({"properties":{"a":{"$ref":"#/$defs/b"}},"$defs":{"b":{"properties":{"pin":{"writeOnly":true}}}}})",
     R"({"a":{"pin":"x","c":1}})", R"({"a":{"pin":"***","c":1}})"},
    {R"({"properties":{"a":{"$ref":"#anchor"}},"$defs":{"b":{"$anchor":"anchor","writeOnly":true}}})", R"({"a":"x"})",
     R"({"a":"***"})"},
    {R"({"properties":{"next":{"$ref":"#"},"n":{"$ref":"#/$defs/n"},"pin":{"writeOnly":true}},)"
     R"("$defs":{"n":{"items":{"$ref":"#/$defs/n"}}}})",
     R"({"n":[[]],"next":{"pin":"x"}})", R"({"n":[[]],"next":{"pin":"***"}})"},
    {R"({"properties":{"pin":{"write\u004fnly":true}}})", R"({"pin":"x"})", R"({"pin":"***"})"},
    {R"({"additionalProperties":{"writeOnly":true}})", R"({"a":"x"})", R"("***")"},
    {R"(not a "writeOnly" schema)", R"({"a":"x"})", R"("***")"},
    {R"({"properties":{"writeOnly":{"type":"string"}}})", R"({"writeOnly":"x"})", R"({"writeOnly":"x"})"},
    {R"({"properties":{"pin":{"writeOnly":false,"format":"email"}}})", R"({"pin":"x"})", R"({"pin":"x"})"},
    {R"({"properties":{"pin":{"writeOnly":true}}})", R"({"pin":)", ""},
    {R"({"properties":{"pin":{"writeOnly":true}}})", R"({"s":"a\n\"ü","n":-1,"d":1.5,"t":true,"z":null,"l":[1,2]})",
     R"({"s":"a\n\"ü","n":-1,"d":1.5,"t":true,"z":null,"l":[1,2]})"},
};

TEST(SecretMembers, areHiddenWhereverTheyStand) {
    for (const auto& row : rows) {
        EXPECT_EQ(SecretMembers(row.schema).mask(row.json), row.shown) << row.schema;
    }
}

TEST(SecretMembers, areNoneInMostSchemas) {
    EXPECT_TRUE(SecretMembers().none());
    EXPECT_TRUE(SecretMembers(R"({"properties":{"a":{"type":"string"}}})").none());
    EXPECT_TRUE(SecretMembers(R"({"properties":{"a":{"description":"The password."}}})").none());
    EXPECT_FALSE(SecretMembers(R"({"properties":{"a":{"format":"password"}}})").none());
}

/// Each definition refers to all: without a limit their ways would be tried without end.
TEST(SecretMembers, takeLittleTimeToFind) {
    std::string schema = R"({"properties":{"pin":{"writeOnly":true})";
    std::string definitions;
    std::string all;
    for (int i = 0; i < 300; ++i) {
        all += (all.empty() ? "" : ",") + (R"({"$ref":"#/$defs/d)" + std::to_string(i) + R"("})");
    }
    for (int i = 0; i < 300; ++i) {
        const std::string name = "d" + std::to_string(i);
        schema += ",\"" + name + R"(":{"$ref":"#/$defs/)" + name + "\"}";
        definitions += (definitions.empty() ? "\"" : ",\"") + name + R"(":{"anyOf":[)" + all + "]}";
    }
    const SecretMembers members(schema + "},\"$defs\":{" + definitions + "}}");
    EXPECT_EQ(members.mask(R"({"pin":1})"), R"("***")");
}

}  // namespace
}  // namespace aip::audit
