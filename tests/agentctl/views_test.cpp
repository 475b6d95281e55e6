#include "views.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace aip::agentctl;
using testing::HasSubstr;
using testing::Not;

std::string viewed(std::string (*view)(Json), const std::string& json) {
    const auto document = Document::parse(json);
    EXPECT_TRUE(document) << json;
    return document ? view(document->root()) : "";
}

constexpr auto status =
    R"({"agent":{"version":"1.0.0","id":"dev","pid":7,"started":"2026-11-23T14:00:00.000000+00:00","stopping":false,)"
    R"("audit_file":"/var/audit.jsonl","mcp_listen":"127.0.0.1:8000","server":{"state":"waiting","since":"2026-11-23T14:25:26.000000+00:00",)"
    R"("url":"ws://h/ws","last_error":"refused\u001b[2J","code":"AIP-302","cure":"check it","attempts":3,"next_attempt_ms":1500,)"
    R"("task":"t","session":"s","unanswered":1,"queued_bytes":2048,"file_bytes":0}},)"
    R"("lock":{"locked":true,"reason":"because","since":"2026-11-23T14:25:00.000000+00:00"},"pending":0,)"
    R"("calls":{"calls":[],"left_out":0},"plugins":{"plugins":[{"id":"shell","version":"1.0","state":"restarting",)"
    R"("reason":"crashed","isolation":"process","in_force":["a","b"],"tools":2,"processes":[{"pid":8,)"
    R"("memory_bytes":1048576}],"calls":{"running":1,"places":4,"waiting":2},"next_start_ms":80}]}})";

TEST(Views, showAnAuditThatIsNotKept) {
    const auto shown = [](const std::string& members) {
        return viewed(statusView, R"({"agent":{)" + members + R"(},"lock":{},"calls":{"calls":[]},"plugins":{}})");
    };
    EXPECT_THAT(shown(R"("audit_file":"/a","audit":{"file":"/a","state":"failing","why":"no space","waiting":2,)"
                      R"("refuses_calls":true,"code":"AIP-611"})"),
                testing::HasSubstr("/a: FAILING: no space; 2 records wait, and calls are refused (AIP-611)\n"));
    EXPECT_THAT(shown(R"("audit":{"state":"missing","why":"no space"})"), testing::HasSubstr("MISSING: no space\n"));
}

TEST(Views, showTheStatus) {
    EXPECT_EQ(
        viewed(statusView, status),
        "agent       dev, aip-agent 1.0.0, pid 7, since 2026-11-23 14:00:00 UTC\n"
        "lock        LOCKED since 2026-11-23 14:25:00 UTC: because\n"
        "server      ws://h/ws\n"
        "state       waiting since 2026-11-23 14:25:26 UTC\n"
        "last error  refused\\x1b[2J\n"
        "cure        check it (AIP-302)\n"
        "attempts    3 without a registration, the next in 1 s\n"
        "task        t, session s\n"
        "queue       1 command without an answer, 2.0 KiB to be sent, 0 B of files\n"
        "MCP         127.0.0.1:8000\n"
        "audit       /var/audit.jsonl\n"
        "\n"
        "PLUGIN  VERSION  STATE       PID  MEMORY   CALLS           TOOLS  NEXT START  ISOLATION  IN FORCE  REASON\n"
        "shell   1.0      restarting  8    1.0 MiB  1 of 4, 2 wait  2      in 80 ms    process    a,b       crashed\n"
        "\n"
        "no calls\n");
}

TEST(Views, doNotMindWhatAnAgentDoesNotSay) {
    EXPECT_THAT(viewed(statusView, "{}"), HasSubstr("the thread of the session does not answer"));
    EXPECT_EQ(viewed(pluginsView, R"({"plugins":3})"), "no plugins\n");
    EXPECT_EQ(viewed(callsView, "[]"), "no calls\n");
    EXPECT_EQ(viewed(toolsView, R"({"tools":[{}]})"), "\n\n");
}

TEST(Views, showTheOperatorsRules) {
    const auto rules = [](const std::string& members) {
        return viewed(statusView, R"({"agent":{"id":"dev","version":"1","pid":7,)" + members + "}}");
    };
    EXPECT_THAT(rules(R"("readonly":false,"limit_rules":0)"), Not(HasSubstr("rules")));
    EXPECT_THAT(rules(R"("readonly":true,"limit_rules":0)"), HasSubstr("\nrules       read-only\n"));
    EXPECT_THAT(rules(R"("readonly":true,"limit_rules":2)"), HasSubstr("\nrules       read-only, 2 limit rules\n"));
    EXPECT_THAT(rules(R"("readonly":false,"limit_rules":1)"), HasSubstr("\nrules       1 limit rule\n"));
}

TEST(Views, markToolsThatAreRefusedNow) {
    const auto text = viewed(toolsView, R"({"tools":[{"name":"echo","type":"action","namespace":"N","plugin":"p",)"
                                        R"("refused":"why","description":"Says it."}]})");
    EXPECT_THAT(text, HasSubstr("REFUSED NOW  DESCRIPTION"));
    EXPECT_THAT(text, HasSubstr("why          Says it."));
}

TEST(Views, sayThatPluginsAreNotAdmittedYet) {
    EXPECT_EQ(viewed(pluginsView, R"({"plugins":[],"state":"starting"})"),
              "starting: the plugins are not admitted yet\n");
    EXPECT_EQ(viewed(pluginsView, R"({"plugins":[],"state":"admitted"})"), "no plugins\n");
}

TEST(Views, showCalls) {
    EXPECT_EQ(viewed(callsView, R"({"calls":[{"id":5,"age_ms":61000,"state":"running","tool":"echo","door":"server",)"
                                R"("permille":405,"progress":"almost"}],"left_out":2})"),
              "ID  AGE        STATE    TOOL  DOOR    PROGRESS\n"
              "5   1 min 1 s  running  echo  server  40 % almost\n"
              "and 2 more\n");
}

TEST(Views, showTheFirstLineOfADescription) {
    const auto text = viewed(toolsView, R"({"tools":[{"name":"echo","type":"action","namespace":"N","plugin":"p",)"
                                        R"("description":"Says it.\nAnd more."}]})");
    EXPECT_THAT(text, HasSubstr("Says it."));
    EXPECT_THAT(text, Not(HasSubstr("And more")));
}

TEST(Views, showValuesWithoutEscapes) {
    EXPECT_EQ(viewed(valueView, "{\"a\":\"\u009b1m\"}"), "{\"a\":\"\\u009b1m\"}\n");
}

}  // namespace
