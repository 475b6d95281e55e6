#include "admission/manifest.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <string>

namespace {

using aip::admission::parseManifest;
using aip::admission::parseTools;

const std::string good = R"({"schema_version":1,"id":"shell","version":"1.2.3","description":"Runs programs.",
"abi":{"major":1,"minor":0,"minor_required":0},"platform":"linux-x86_64","library":"shell.so",
"sha256":"0000000000000000000000000000000000000000000000000000000000000000","extensions":["aip.command-executor/1"],
"concurrency":4,"settings":{"type":"object"},"tools":[{"name":"run","type":"action","namespace":"BashExecutor",
"title":null,"description":"Runs one.","input_schema":{"type":"object","properties":{"command":{"type":"string"}}},
"output_schema":null,"meta":{"x":[1,2.5]},"annotations":null,"timeout_seconds":30}]})";

std::string with(const std::string& from, const std::string& to) {
    std::string text = good;
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

TEST(Manifest, isReadWhole) {
    const auto manifest = parseManifest(good);
    ASSERT_TRUE(manifest) << manifest.error().text();
    EXPECT_EQ(manifest->id, "shell");
    EXPECT_EQ(manifest->version, "1.2.3");
    EXPECT_EQ(manifest->description, "Runs programs.");
    EXPECT_EQ(manifest->abiMajor, 1U);
    EXPECT_EQ(manifest->library, "shell.so");
    EXPECT_EQ(manifest->platform, "linux-x86_64");
    EXPECT_EQ(manifest->concurrency, 4U);
    EXPECT_EQ(manifest->settingsSchema, R"({"type":"object"})");
    EXPECT_TRUE(manifest->promises("aip.command-executor/1"));
    EXPECT_FALSE(manifest->promises("aip.device-info/1"));
    ASSERT_EQ(manifest->tools.size(), 1U);
    const auto& tool = manifest->tools.front();
    EXPECT_EQ(tool.key(), "action::run");
    EXPECT_EQ(tool.nameSpace, "BashExecutor");
    EXPECT_EQ(tool.title, "");
    EXPECT_EQ(tool.inputSchema, R"({"type":"object","properties":{"command":{"type":"string"}}})");
    EXPECT_EQ(tool.outputSchema, "null");
    EXPECT_EQ(tool.meta, R"({"x":[1,2.5]})");
    EXPECT_EQ(tool.annotations, "null");
    EXPECT_EQ(tool.timeout, std::chrono::seconds(30));
}

TEST(Manifest, hasDefaultsForWhatMayBeAbsent) {
    const auto manifest = parseManifest(
        R"({"schema_version":1,"id":"a","version":"0.0.1","abi":{"major":1,"minor":0,"minor_required":0},
        "platform":"linux-x86_64","library":"a.so","extensions":[],"tools":[],
        "sha256":"0000000000000000000000000000000000000000000000000000000000000000"})");
    ASSERT_TRUE(manifest) << manifest.error().text();
    EXPECT_EQ(manifest->concurrency, 1U);
    EXPECT_EQ(manifest->settingsSchema, "null");
}

struct ManifestRow {
    const char* from;
    const char* to;
    const char* error;
};

class Broken : public testing::TestWithParam<ManifestRow> {};

TEST_P(Broken, isAnErrorThatNamesThePlace) {
    const auto manifest = parseManifest(with(GetParam().from, GetParam().to));
    ASSERT_FALSE(manifest);
    EXPECT_EQ(manifest.error().code(), aip::base::Code::invalid);
    EXPECT_TRUE(manifest.error().text().starts_with(GetParam().error)) << manifest.error().text();
}

INSTANTIATE_TEST_SUITE_P(
    Manifest, Broken,
    testing::Values(
        ManifestRow{R"("schema_version":1)", R"("schema_version":2)", "'schema_version': 2 is not 1"},
        ManifestRow{R"("id":"shell",)", "", "'id' is a required property"},
        ManifestRow{R"("id":"shell")", R"("id":5)", "'id': expected string, got integer"},
        ManifestRow{R"("id":"shell")", R"("id":"../x")", R"('id': "../x" does not match the pattern)"},
        ManifestRow{R"("id":"shell")", R"("id":"Shell")", "'id': "},
        ManifestRow{R"("1.2.3")", R"("1.2")", "'version': "},
        ManifestRow{R"("shell.so")", R"("../shell.so")", "'library': "},
        ManifestRow{R"("shell.so")", R"(".hidden.so")", "'library': "},
        ManifestRow{R"("sha256":"00)", R"("sha256":"0)", "'sha256': "},
        ManifestRow{R"("concurrency":4)", R"("concurrency":0)", "'concurrency': 0 is less than 1"},
        ManifestRow{R"("concurrency":4)", R"("concurrency":257)", "'concurrency': "},
        ManifestRow{R"("concurrency":4)", R"("concurrency":1.5)", "'concurrency': "},
        ManifestRow{R"("minor":0,)", "", "'abi.minor' is a required property"},
        ManifestRow{R"("minor":0,)", R"("minor":0,"patch":1,)", "'abi.patch' is not a known parameter"},
        ManifestRow{R"("concurrency":4)", R"("concurency":4)", "'concurency' is not a known parameter"},
        ManifestRow{R"("concurrency":4)", R"("concurrency":4,"id":"other")", "'id' is given twice"},
        ManifestRow{R"(["aip.command-executor/1"])", "[5]", "'extensions[0]': expected string, got integer"},
        ManifestRow{R"(["aip.command-executor/1"])", R"("all")", "'extensions': expected array, got string"},
        ManifestRow{R"(["aip.command-executor/1"])", "[]", "'extensions': tools need aip.command-executor/1"},
        ManifestRow{R"("settings":{"type":"object"})", R"("settings":{"type":"thing"})", "'settings': JSON Schema: "},
        ManifestRow{R"("settings":{"type":"object"})", R"("settings":[])",
                    "'settings': expected object or null, got array"},
        ManifestRow{R"("name":"run")", R"("name":"run it")", "'tools[0].name': "},
        ManifestRow{R"("type":"action")", R"("type":"reaction")", "'tools[0].type': "},
        ManifestRow{R"("timeout_seconds":30)", R"("timeout_seconds":0)", "'tools[0].timeout_seconds': "},
        ManifestRow{R"("timeout_seconds":30}])", R"("timeout_seconds":30},{"name":"run","type":"action",
                        "namespace":"BashExecutor","input_schema":{}}])",
                    "tools[1]: 'action::run' stands twice in namespace BashExecutor"},
        ManifestRow{R"("tools":[{)", R"("tools":[5,{)", "'tools[0]': expected object, got integer"},
        ManifestRow{R"({"schema_version")", R"([{"schema_version")", "not valid JSON"},
        ManifestRow{R"("description":"Runs programs.")", "\"description\":\"\xff\"", "not valid JSON: invalid UTF-8"}));

TEST(Manifest, leavesOutAToolWithABadSchemaAndKeepsTheOthers) {
    const std::string second = R"({"name":"walk","type":"action","namespace":"BashExecutor","input_schema":)";
    const auto schemas = {std::pair(R"({"type":"text"})", "input_schema: JSON Schema: '/type': 'text' is not a type"),
                          std::pair(R"-({"pattern":"(?=a)"})-", "look-around is not supported"),
                          std::pair(R"({"$ref":"http://example.com/x"})", "leads to another document"),
                          std::pair(R"({},"output_schema":{"minLength":"x"})", "output_schema: JSON Schema: ")};
    for (const auto& [schema, reason] : schemas) {
        const auto manifest =
            parseManifest(with(R"("timeout_seconds":30})", R"("timeout_seconds":30},)" + second + schema + "}"));
        ASSERT_TRUE(manifest) << manifest.error().text();
        EXPECT_EQ(manifest->tools.size(), 1U);
        ASSERT_EQ(manifest->leftOut.size(), 1U) << schema;
        EXPECT_NE(manifest->leftOut.front().find(reason), std::string::npos) << manifest->leftOut.front();
        EXPECT_TRUE(manifest->leftOut.front().starts_with("tools[1]: 'action::walk': ")) << manifest->leftOut.front();
    }
}

TEST(Manifest, hasAndListsNoMoreToolsThanTheLimit) {
    std::string tools;
    for (int tool = 0; tool < 4'096; ++tool) {
        tools += (tool == 0 ? "" : ",") + (R"({"name":"t)" + std::to_string(tool)) +
                 R"(","type":"action","namespace":"N","input_schema":{}})";
    }
    const auto listed = parseTools("[" + tools + "]");
    ASSERT_TRUE(listed) << listed.error().text();
    EXPECT_EQ(listed->tools.size(), 4'096U);
    EXPECT_NE(parseTools("[" + tools + ",{}]").error().text().find("at most 4096 tools"), std::string::npos);
    const auto manifest = parseManifest(with(R"("timeout_seconds":30})", R"("timeout_seconds":30},)" + tools));
    ASSERT_FALSE(manifest);
    EXPECT_NE(manifest.error().text().find("'tools'"), std::string::npos) << manifest.error().text();
}

TEST(Manifest, saysInTheMetaOfAServersToolWhatIsLeftToTheServer) {
    const auto listed = [](const std::string& schema, const std::string& meta, bool checkedAgain) {
        return *parseTools(
            R"([{"name":"t","type":"action","namespace":"N","input_schema":)" + schema + R"(,"meta":)" + meta + "}]",
            checkedAgain);
    };
    const std::string hard = R"-({"pattern":"(?=a)"})-";
    EXPECT_TRUE(listed(hard, "null", false).tools.empty());
    const std::string member = R"-("aip/unchecked":["the pattern \"(?=a)\": look-around is not supported"]})-";
    EXPECT_EQ(listed(hard, "null", true).tools.at(0).meta, "{" + member);
    EXPECT_EQ(listed(hard, "{}", true).tools.at(0).meta, "{" + member);
    EXPECT_EQ(listed(hard, R"({"x":1})", true).tools.at(0).meta, R"({"x":1,)" + member);
    EXPECT_EQ(listed(R"({"pattern":"a"})", R"({"x":1})", true).tools.at(0).meta, R"({"x":1})");
    EXPECT_EQ(listed(R"({"pattern":"(a"})", "null", true).leftOut.size(), 1U);
}

TEST(Manifest, boundsItsSchemasTogether) {
    std::string tools;
    for (int tool = 0; tool < 1'500; ++tool) {
        tools += R"(,{"name":"t)" + std::to_string(tool) +
                 R"(","type":"action","namespace":"N","input_schema":{"pattern":"[a-z]{)" + std::to_string(tool % 900) +
                 "}\"}}";
    }
    const auto manifest = parseManifest(with(R"("timeout_seconds":30})", R"("timeout_seconds":30})" + tools));
    ASSERT_TRUE(manifest) << manifest.error().text();
    EXPECT_GT(manifest->tools.size(), 50U);
    EXPECT_GT(manifest->leftOut.size(), 450U);
}

/// Tools as a list or a manifest has them: one without a pattern, and `patterns`, each of 256 KiB.
std::string toolsWithPatterns(const std::string& prefix, int patterns) {
    std::string tools = R"({"name":"plain","type":"action","namespace":"N","input_schema":{}})";
    for (int tool = 0; tool < patterns; ++tool) {
        const std::string name = prefix + std::to_string(tool);
        tools +=
            R"(,{"name":")" + name + R"(","type":"action","namespace":"N","input_schema":{"pattern":")" + name + "\"}}";
    }
    return tools;
}

std::shared_ptr<aip::schema::ProgramPool> poolOfPatterns(std::size_t patterns) {
    return std::make_shared<aip::schema::ProgramPool>((patterns << 18U) + 100'000);
}

TEST(ListedTools, shareMemoryWithListsThatAreStillHeld) {
    const auto pool = poolOfPatterns(4);
    auto former = parseTools("[" + toolsWithPatterns("a", 3) + "]", false, pool);
    ASSERT_TRUE(former);
    ASSERT_EQ(former->tools.size(), 4U);
    const std::string next = "[" + toolsWithPatterns("b", 3) + "]";
    const auto partly = parseTools(next, false, pool);
    ASSERT_TRUE(partly);
    EXPECT_EQ(partly->tools.size(), 2U);
    ASSERT_EQ(partly->leftOut.size(), 2U);
    EXPECT_EQ(partly->leftOut[0],
              "tools[2]: 'action::b1': input_schema: JSON Schema: the schemas of all plugins hold too much memory "
              "together");
    former->tools.erase(former->tools.begin(), former->tools.end() - 1);  // as a call holds its tool
    EXPECT_EQ(parseTools(next, false, pool)->tools.size(), 4U);
    EXPECT_EQ(parseTools("[" + toolsWithPatterns("c", 3) + "]", false, pool)->tools.size(), 3U);
}

TEST(Manifest, sharesMemoryWithThoseOfOtherPlugins) {
    const auto pool = poolOfPatterns(4);
    const auto with3 = [&](const std::string& prefix) {
        return parseManifest(
            with(R"("timeout_seconds":30})", R"("timeout_seconds":30},)" + toolsWithPatterns(prefix, 3)), pool);
    };
    const auto first = with3("a");
    ASSERT_TRUE(first) << first.error().text();
    EXPECT_EQ(first->tools.size(), 5U);
    const auto second = with3("b");
    ASSERT_TRUE(second) << second.error().text();
    EXPECT_EQ(second->tools.size(), 3U);
    EXPECT_EQ(second->leftOut.size(), 2U);
    EXPECT_EQ(*with3("a"), *first) << "a reload changes nothing";
}

}  // namespace
