#include "configuration_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace aip::importer;
using testing::HasSubstr;
using testing::Not;

std::string importOf(const std::string& yaml) {
    const auto profiles = readMcpYaml(yaml);
    return profiles ? configurationText(*profiles) : profiles.error().text();
}

TEST(ConfigurationText, aServerBecomesASectionAndAListAProfile) {
    const auto text = importOf(R"(
HardwareAgent:
  default:
    data_collection:
      - {namespace: Collector, type: http, port: 8006}
    action:
      - {namespace: Notes, type: stdio, command: node, start_args: ["a b.mjs"], env: {K: "v,w"}, cwd: /srv}
)");
    EXPECT_THAT(text, HasSubstr("[mcp.Notes]\ncommand = node\nargs = \"a b.mjs\"\ncwd = /srv\n"));
    EXPECT_THAT(text, HasSubstr("[mcp.Collector]\nurl = http://localhost:8006/mcp\ntool_type = data_collection\n"));
    EXPECT_THAT(text, HasSubstr("[profile.HardwareAgent]\nagent = HardwareAgent\naction = Notes\n"
                                "data_collection = Collector\n"));
}

TEST(ConfigurationText, whatHasNoCounterpartIsSaid) {
    const auto text = importOf(R"(
A:
  default:
    action:
      - {namespace: UICollector, type: local}
      - {namespace: BashExecutor, type: http, port: 8010}
      - {namespace: "a b", type: stdio}
      - {namespace: Bell, type: stdio, command: "\a"}
      - {namespace: Reset, type: stdio, reset: true}
  WINWORD.EXE:
    action:
      - {namespace: Gone, type: local}
)");
    EXPECT_THAT(text, HasSubstr("# line 5: 'UICollector' is a part of the reference's client"));
    EXPECT_THAT(text, HasSubstr("# line 6: 'BashExecutor' is the agent's own plugin 'shell'"));
    EXPECT_THAT(text, HasSubstr("# line 7: a server's name holds"));
    EXPECT_THAT(text, HasSubstr("# line 8: 'Bell' has control characters"));
    EXPECT_THAT(text, HasSubstr("# line 9: reset (the reference ignores it, too)\n"));
    EXPECT_THAT(text, HasSubstr("action = BashExecutor, Reset\n"));
    EXPECT_THAT(text, HasSubstr("# [profile.A-WINWORD_EXE] is left out"));
    EXPECT_THAT(text, Not(HasSubstr("[mcp.BashExecutor]")));
}

TEST(ConfigurationText, aServerThatCannotBeUsedIsAComment) {
    const auto text = importOf(R"(
A:
  default:
    action:
      - {namespace: Odd, type: "ftp\n[mcp.Odd]"}
      - {namespace: Good, type: stdio, command: node, env: {K: null}}
      - {namespace: "b\n[mcp.b]", type: local}
)");
    EXPECT_THAT(text, HasSubstr("# line 5: a server is left out: 'type' is local, http or stdio, not 'ftp"));
    EXPECT_THAT(text, HasSubstr("# line 6: env: K (has no value)\n"));
    EXPECT_THAT(text, HasSubstr("[mcp.Good]\ncommand = node\n"));
    EXPECT_THAT(text, HasSubstr("action = Good\n"));
    EXPECT_THAT(text, Not(HasSubstr("\n[mcp.Odd]")));
    EXPECT_THAT(text, Not(HasSubstr("\n[mcp.b]")));
}

TEST(ConfigurationText, anotherServerOfTheNameDoesNotCount) {
    const auto text = importOf(R"(
A:
  default:
    action:
      - {namespace: N, type: http, port: 1}
  Word:
    action:
      - {namespace: N, type: http, port: 2}
    data_collection:
      - {namespace: N, type: http, port: 1}
)");
    EXPECT_THAT(text, HasSubstr("# line 8: 'N' is configured otherwise above, which counts"));
    EXPECT_THAT(text, HasSubstr("# line 10: the tools of 'N' are action here"));
    EXPECT_THAT(text, Not(HasSubstr(":2/mcp")));
    EXPECT_THAT(text, HasSubstr("[profile.A-Word]\nagent = A\nroot = Word\n"));
}

TEST(ConfigurationText, profilesOfLikeNamesStayApart) {
    const auto text = importOf(
        "a.b: {default: {action: [{namespace: N, type: http}]}}\n"
        "a_b: {default: {action: [{namespace: N, type: http}]}}\n");
    EXPECT_THAT(text, HasSubstr("[profile.a_b]\nagent = a.b\n"));
    EXPECT_THAT(text, HasSubstr("[profile.a_b-2]\nagent = a_b\n"));
}

}  // namespace
