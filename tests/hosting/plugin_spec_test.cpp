#include "hosting/plugin_spec.h"

#include <gtest/gtest.h>

namespace {

using aip::hosting::decodePluginSpec;
using aip::hosting::PluginSpec;
using aip::hosting::ProgramSpec;
using aip::hosting::ServerSpec;

const PluginSpec full{"id",
                      "1.0.0",
                      R"({"mode":"fast"})",
                      {"a/1", "b/1"},
                      {{"Space", "action", "run"}, {"Space", "data_collection", "list"}},
                      {{"key", "value"}, {"other", ""}}};

PluginSpec program() {
    PluginSpec spec = full;
    spec.code = ProgramSpec{ProgramSpec::Protocol::stdio, {"./tool.py", "-x"}, {{"tool.py", "ab"}, {"lib/x", "cd"}}};
    return spec;
}

PluginSpec server() {
    ServerSpec server;
    server.command = {"npx", "files"};
    server.folder = "/srv";
    server.environment = {"KEY=value"};
    server.protocol = ServerSpec::Protocol::modern;
    server.nameSpace = "Files";
    server.toolType = "action";
    server.prefix = "fs_";
    server.allowed = {"read"};
    server.pins = {"read=ab"};
    server.fixedArguments = R"({"a":1})";
    server.timeoutMs = 1;
    server.maxTimeoutMs = 2;
    server.maxResultSize = 3;
    PluginSpec spec = full;
    spec.code = server;
    return spec;
}

PluginSpec remoteServer() {
    ServerSpec server;
    server.url = "https://example.test/mcp";
    server.headers = {"Authorization: Bearer x"};
    server.tls = {"ca.pem", "ca", "own.pem", "own", "own.key", "key", {"pin"}};
    server.proxy = {"http://proxy", "user:password", "http_proxy", "file"};
    PluginSpec spec = full;
    spec.code = server;
    return spec;
}

TEST(PluginSpec, comesBackAsItWas) {
    PluginSpec library = full;
    library.code = aip::hosting::LibrarySpec{"libx.so"};
    for (const PluginSpec& spec : {full, PluginSpec{}, library, program(), server(), remoteServer()}) {
        const auto decoded = decodePluginSpec(encode(spec));
        ASSERT_TRUE(decoded) << decoded.error().text();
        EXPECT_EQ(*decoded, spec);
    }
}

TEST(PluginSpec, isRefusedUnlessEveryByteIsRight) {
    for (const PluginSpec& spec : {full, program(), server()}) {
        const std::string text = encode(spec);
        for (std::size_t size = 0; size < text.size(); ++size) {
            EXPECT_FALSE(decodePluginSpec(text.substr(0, size))) << size;
        }
        EXPECT_EQ(decodePluginSpec(text + "x").error().text(), "a description of a plugin that is not well-formed");
    }
}

TEST(PluginSpec, isRefusedIfItsCodeIsUnknown) {
    PluginSpec spec = program();
    std::string text = encode(spec);
    const auto kind = text.find("./tool.py") - 10;  // the counts of the command and its first text, the protocol
    for (const auto& [place, value] : {std::pair(kind, '\3'), std::pair(kind + 1, '\2')}) {
        std::string changed = text;
        changed[place] = value;
        EXPECT_FALSE(decodePluginSpec(changed)) << place;
    }
    std::get<ProgramSpec>(spec.code).command.clear();
    EXPECT_FALSE(decodePluginSpec(encode(spec)));
    spec.code = ServerSpec{};
    EXPECT_FALSE(decodePluginSpec(encode(spec)));
    spec = server();
    std::get<ServerSpec>(spec.code).url = "http://x";
    EXPECT_FALSE(decodePluginSpec(encode(spec)));
}

TEST(PluginSpec, isRefusedIfItsSettingsAreNotInOrder) {
    for (const char* second : {"kex", "key"}) {
        std::string text = aip::hosting::encode({"id", "1.0.0", "{}", {}, {}, {{"key", "value"}, {"kez", "value"}}});
        text.replace(text.rfind("kez"), 3, second);
        EXPECT_FALSE(decodePluginSpec(text)) << second;
    }
}

TEST(PluginSpec, doesNotBelieveALengthOrACount) {
    std::string text = encode(full);
    text.replace(0, 4, "\xff\xff\xff\xff");
    EXPECT_FALSE(decodePluginSpec(text));
    text = encode(full);
    const auto count = text.find("a/1") - 8;
    text.replace(count, 4, "\xff\xff\xff\x7f");
    EXPECT_FALSE(decodePluginSpec(text));
}

TEST(PluginSpec, knowsWhatItPromises) {
    EXPECT_TRUE(full.promises("b/1"));
    EXPECT_FALSE(full.promises("b"));
}

}  // namespace
