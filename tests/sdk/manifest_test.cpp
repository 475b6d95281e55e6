#include "raw_plugin.h"
#include "schema/schema.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>

namespace {

namespace fs = std::filesystem;

std::string readText(const fs::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::string generated(const char* library) {
    return readText(fs::path(library).parent_path() / "plugin.json");
}

simdjson::dom::element parse(simdjson::dom::parser& parser, const std::string& text) {
    return parser.parse(text).value();
}

simdjson::dom::element findTool(simdjson::dom::element manifest, std::string_view name) {
    const simdjson::dom::array tools = manifest["tools"];
    for (const auto tool : tools) {
        if (tool["name"].get_string().value() == name) {
            return tool;
        }
    }
    throw std::out_of_range(std::string(name));
}

/// The manifest with what every build changes put aside.
std::string comparable(const std::string& manifest) {
    simdjson::dom::parser parser;
    const auto root = parse(parser, manifest);
    auto text = simdjson::minify(root);
    const auto hash = root["sha256"].get_string().value();
    return text.replace(text.find(hash), hash.size(), "-");
}

TEST(GeneratedManifest, saysWhatTheCodeDeclares) {
    EXPECT_EQ(comparable(generated(ZOO)), comparable(readText(EXPECTED_MANIFEST)));
}

TEST(GeneratedManifest, followsItsSchema) {
    const auto schema = aip::schema::Schema::compile(readText(SCHEMA));
    ASSERT_TRUE(schema) << schema.error().text();
    for (const auto* library : {ZOO, COUNTER}) {
        const auto checked = schema->check(generated(library));
        EXPECT_TRUE(checked) << library << ": " << checked.error().text();
    }
    EXPECT_FALSE(schema->check("{}"));
}

TEST(GeneratedManifest, isHandedOverByTheLibraryBeforeItIsStarted) {
    const aip::tests::RawPlugin zoo(ZOO);
    std::string text;
    const auto append = [](void* sink, aip_text piece) {
        static_cast<std::string*>(sink)->append(piece.data, piece.size);
    };
    EXPECT_EQ(zoo.extension<aip_manifest>(AIP_EXT_MANIFEST)->describe(zoo.get(), append, &text), AIP_OK);
    text.pop_back();
    EXPECT_TRUE(generated(ZOO).starts_with(text + ",\"library\":\"libsdk_zoo.so\",\"sha256\":\""));
}

struct SchemaCase {
    const char* tool;
    const char* parameters;
    bool accepted;
};

const SchemaCase schemaCases[] = {
    {"greet", R"({"name":"Ada"})", true},
    {"greet", R"({"name":"Ada","times":10.0})", true},
    {"greet", R"({"name":"Ada","times":11})", false},
    {"greet", R"({"name":"Ada","times":null})", true},
    {"greet", R"({"name":null})", false},
    {"greet", R"({})", false},
    {"greet", R"({"name":"Ada","more":1})", false},
    {"int8", R"({"value":127})", true},
    {"int8", R"({"value":128})", false},
    {"uint64", R"({"value":-1})", false},
    {"optional", R"({"value":null})", true},
    {"optional", R"({"value":-1})", false},
    {"optional", R"({})", true},
    {"enum", R"({"value":"green"})", true},
    {"enum", R"({"value":"blue"})", false},
    {"join", R"({"words":[]})", false},
    {"join", R"({"words":["a"]})", true},
    {"map", R"({"value":{"a":"b"}})", false},
    {"struct", R"({"value":{"name":"n","points":[{"x":1}]}})", true},
    {"struct", R"({"value":{"name":"n","points":[],"color":null}})", true},
    {"struct", R"({"value":{"name":null,"points":[]}})", false},
    {"struct", R"({"value":{"name":"","points":[]}})", false},
    {"struct", R"({"value":{"name":"n","points":[{"y":1}]}})", false},
    {"struct", R"({"value":{"name":"n","points":[],"size":1}})", false},
    {"json", R"({"value":[1,{"a":null}]})", true},
    {"pick", R"({"value":"a"})", true},
    {"pick", R"({"value":"c"})", false},
    {"text", R"({"value":"a!"})", false},
};

TEST(GeneratedManifest, hasSchemasThatAgreeWithWhatTheToolsTake) {
    simdjson::dom::parser parser;
    const auto root = parse(parser, generated(ZOO));
    for (const auto& row : schemaCases) {
        const auto tool = findTool(root, row.tool);
        const auto schema = aip::schema::Schema::compile(simdjson::minify(tool["input_schema"].value()));
        ASSERT_TRUE(schema) << schema.error().text();
        EXPECT_EQ(static_cast<bool>(schema->check(row.parameters)), row.accepted) << row.tool << row.parameters;
    }
}

}  // namespace
