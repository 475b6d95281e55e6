// What is found of the plugins of a running agent.

#include "app/plugin_findings.h"

#include "app/profile_findings.h"
#include "base/timer_queue.h"
#include "execution/plugin_manager.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace aip::app {
namespace {

plugins::PluginEntry entryOf(const std::string& id, bool isServer = false) {
    plugins::PluginEntry entry;
    entry.id = id;
    entry.isServer = isServer;
    return entry;
}

std::vector<std::string> curesOf(const Findings& findings) {
    std::vector<std::string> cures;
    for (const auto& each : findings.all()) {
        cures.push_back(each.cure());
    }
    return cures;
}

TEST(PluginFindings, tellWhatAnOperatorHasDisabled) {
    Settings settings;
    settings.discovery.servers["files"] = {};
    settings.discovery.plugins["off"].enabled = false;
    const auto found = disabledFindings({entryOf("shell"), entryOf("camera"), entryOf("files", true), entryOf("off")},
                                        {"shell", "files", "off", "gone"}, settings);
    EXPECT_EQ(curesOf(found), (std::vector<std::string>{
                                  "aip-agentctl plugins enable shell; to make it last: plugin.shell.enabled = false",
                                  "aip-agentctl plugins enable files; to make it last: mcp.files.enabled = false"}));
    EXPECT_EQ(found.report().substr(0, 16), "AIP-518 warning:");
}

TEST(PluginFindings, blameASettingOfAServerOnlyIfItIsMeant) {
    Settings settings;
    settings.discovery.servers["files"] = {};
    settings.origins = {
        {"mcp.files.command", "a.ini:2"}, {"mcp.files.start", "a.ini:3"}, {"mcp.files.headers_file", "a.ini:4"}};
    EXPECT_EQ(spokenOf("files", "start-timeout: did not start within 1000 ms", settings), "");
    EXPECT_EQ(spokenOf("files", "start-failed: HTTP 401: what headers_file holds", settings), "mcp.files.headers_file");
    EXPECT_EQ(spokenOf("files", "setting 'start': is wrong", settings), "mcp.files.start");
}

TEST(OfferFindings, areNoneBeforeThePluginsAreAdmitted) {
    base::TimerQueue timers;
    execution::PluginManager plugins({}, timers);
    Settings settings;
    EXPECT_TRUE(offerFindings(plugins, settings).all().empty());
}

/// What the cure is about, and what it then says.
struct CureRow {
    Found found;
    const char* section;
    const char* cure;
};

TEST(PluginFindings, nameThePluginInTheCure) {
    const CureRow rows[] = {
        {Found::brokenPlugin, "plugin.shell",
         "look at its lines in the log; aip-agentctl plugins revive shell tries it at once"},
        {Found::brokenPlugin, "mcp.ID",
         "look at its lines in the log; aip-agentctl plugins revive ID tries it at once"},
        {Found::brokenPlugin, "plugin.aIDb",
         "look at its lines in the log; aip-agentctl plugins revive aIDb tries it at once"},
        {Found::brokenPlugin, "", "look at its lines in the log; aip-agentctl plugins revive ID tries it at once"},
        {Found::refusedPlugin, "mcp.files", "mend what the reason says, or set enabled = false in [mcp.files]"},
    };
    for (const auto& row : rows) {
        EXPECT_EQ((Finding{row.found, "", "", "", row.section}).cure(), row.cure);
    }
}

}  // namespace
}  // namespace aip::app
