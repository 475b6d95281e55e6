#include "mcp_yaml.h"

#include <gtest/gtest.h>

namespace {

using namespace aip::importer;

TEST(McpYaml, readsEveryKindOfServer) {
    const auto profiles = readMcpYaml(R"(
HostAgent:
  default:
    data_collection:
      - {namespace: UICollector, type: local, start_args: [], reset: false}
    action:
      - namespace: Notes
        type: stdio
        start_args: [-m, notes, "two words"]
        env: {LEVEL: "3"}
        cwd: /srv
      - namespace: Hardware
        type: http
        port: 8006
  WINWORD.EXE:
    action:
)");
    ASSERT_TRUE(profiles) << profiles.error().text();
    ASSERT_EQ(profiles->size(), 2U);
    const Profile& first = profiles->front();
    EXPECT_EQ(first.agent, "HostAgent");
    EXPECT_EQ(first.root, "default");
    ASSERT_EQ(first.dataCollection.size(), 1U);
    EXPECT_EQ(first.dataCollection[0].kind, Kind::local);
    EXPECT_TRUE(first.dataCollection[0].remainder.empty());
    ASSERT_EQ(first.action.size(), 2U);
    EXPECT_EQ(first.action[0].command, (std::vector<std::string>{"python", "-m", "notes", "two words"}));
    EXPECT_EQ(first.action[0].environment.at("LEVEL"), "3");
    EXPECT_EQ(first.action[0].folder, "/srv");
    EXPECT_EQ(first.action[1].url, "http://localhost:8006/mcp");
    EXPECT_TRUE(profiles->back().action.empty());
}

TEST(McpYaml, makesUrlsOfIpv6AddressesAndOfPathsWithoutASlash) {
    const auto profiles = readMcpYaml(
        "A: {default: {action: [{namespace: N, type: http, host: '::1', port: 8006, path: mcp}, "
        "{namespace: M, type: http, host: '[::1]', path: /x}]}}");
    ASSERT_TRUE(profiles) << profiles.error().text();
    EXPECT_EQ(profiles->front().action[0].url, "http://[::1]:8006/mcp");
    EXPECT_EQ(profiles->front().action[1].url, "http://[::1]:8000/x");
}

TEST(McpYaml, namesTheKeysThatMeanNothingHere) {
    const auto profiles = readMcpYaml(
        "A: {default: {action: [{namespace: N, type: http, reset: true, command: x, color: red, start_args: []}]}}");
    ASSERT_TRUE(profiles) << profiles.error().text();
    EXPECT_EQ(profiles->front().action.front().remainder.size(), 3U);
}

TEST(McpYaml, saysWhereItDoesNotUnderstand) {
    struct Row {
        std::string text, says;
    };
    const std::string nested(100'000, '[');
    for (const auto& [text, says] :
         {Row{"[1, 2]", "line 1: the file is a map"},
          {"A: 3", "line 1: agent 'A' is a map"},
          {"A:\n  default: []", "line 2: root 'default' is a map"},
          {"A:\n  default:\n    actions: []", "line 3: a list is 'action' or 'data_collection', not 'actions'"},
          {"A:\n  default:\n    action: {}", "line 3: a list of servers"},
          {"A: [", "no YAML"},
          {nested, "no YAML"},
          {"A: *unknown", "no YAML"}}) {
        const auto profiles = readMcpYaml(text);
        ASSERT_FALSE(profiles) << text.substr(0, 80);
        EXPECT_NE(profiles.error().text().find(says), std::string::npos) << profiles.error().text();
    }
}

TEST(McpYaml, aServerWithAFlawTakesNoOtherWithIt) {
    struct Row {
        std::string entry, says;
    };
    for (const auto& [entry, says] : {Row{"7", "a server is a map"},
                                      {"{namespace: N}", "'type' is local, http or stdio"},
                                      {"{type: ftp}", "not 'ftp'"},
                                      {"{type: stdio, start_args: x}", "'start_args' is a list"},
                                      {"{type: stdio, env: [x]}", "'env' is a map"},
                                      {"{type: stdio, env: {A: [x]}}", "a value in 'env' is a text"},
                                      {"{type: http, port: [1]}", "'port' is a text"},
                                      {"{type: http, port: 99999}", "'port' is a number from 1 to 65535, not '99999'"},
                                      {"{type: http, port: 80a}", "not '80a'"},
                                      {"{type: http, [1]: 2}", "a key of a server is a text"}}) {
        const auto profiles =
            readMcpYaml("A:\n  default:\n    action:\n    - " + entry + "\n    - {namespace: Good, type: http}\n");
        ASSERT_TRUE(profiles) << profiles.error().text();
        const auto& servers = profiles->front().action;
        ASSERT_EQ(servers.size(), 2U);
        EXPECT_NE(servers.front().flaw.find(says), std::string::npos) << servers.front().flaw;
        EXPECT_EQ(servers.front().line, 4);
        EXPECT_EQ(servers.back().flaw + servers.back().name, "Good");
    }
}

TEST(McpYaml, aVariableWithoutAValueIsNamed) {
    const auto profiles = readMcpYaml("A: {default: {action: [{type: stdio, env: {A: null, B: ~, C: '', D: 1}}]}}");
    ASSERT_TRUE(profiles) << profiles.error().text();
    const auto& server = profiles->front().action.front();
    EXPECT_EQ(server.flaw, "");
    EXPECT_EQ(server.environment, (std::map<std::string, std::string>{{"C", ""}, {"D", "1"}}));
    EXPECT_EQ(server.remainder, (std::vector<std::string>{"env: A (has no value)", "env: B (has no value)"}));
}

TEST(McpYaml, aliasesCannotMultiply) {
    std::string text = "A:\n  r: &r\n    action: [{type: local}]\n";
    for (int i = 0; i < 5'000; ++i) {
        text += "  r" + std::to_string(i) + ": *r\n";
    }
    const auto profiles = readMcpYaml(text);
    ASSERT_FALSE(profiles);
    EXPECT_NE(profiles.error().text().find("more than 4096 servers"), std::string::npos);
}

}  // namespace
