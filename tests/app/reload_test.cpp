#include "app/own_files.h"
#include "app/setting_table.h"
#include "app/settings.h"
#include "app/settings_reader.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

namespace aip::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Settings with(const std::vector<std::string>& definitions) {
    auto settings = readSettings({{}, definitions, false, true});
    EXPECT_TRUE(settings) << settings.error().text();
    return settings ? *std::move(settings) : Settings();
}

/// Listed a second time on purpose: a setting becomes reloadable only if this list says so as well.
const std::set<std::string> reloadable{"plugins.directories",  "plugins.allow",          "plugins.order",
                                       "plugins.trust",        "plugins.trusted_keys",   "plugins.start_timeout",
                                       "plugins.max_failures", "plugins.failure_window", "plugins.backoff_base",
                                       "plugins.backoff_cap",  "server.public_key_pin",  "plugins.host_view",
                                       "state.directory",      "server.readonly",        "limits.lockdown_after"};
const std::set<std::string> perPlugin{"plugins.isolation",    "plugins.environment", "plugins.memory_limit",
                                      "plugins.cpu_limit",    "plugins.file_limit",  "plugins.process_limit",
                                      "plugins.idle_timeout", "plugins.start_ahead", "plugins.require",
                                      "plugins.run_as",       "plugins.debuggable"};

TEST(Reload, hasTheScopeOfTheTable) {
    for (const auto& row : settingTable()) {
        const Scope expected = perPlugin.contains(row.key)    ? Scope::plugin
                               : reloadable.contains(row.key) ? Scope::reload
                                                              : Scope::restart;
        EXPECT_EQ(row.scope(), expected) << row.key;
        EXPECT_EQ(scopeOf(row.key), expected) << row.key;
    }
    EXPECT_EQ(scopeOf("profile.linux.agent"), Scope::reload);
    EXPECT_EQ(scopeOf("plugin.shell.enabled"), Scope::reload);
    EXPECT_EQ(scopeOf("limits.Shell::*.rate"), Scope::reload);
    EXPECT_EQ(scopeOf("device.metadata.location"), Scope::restart);
}

TEST(Reload, namesEveryKeyThatNeedsARestartAndNoOther) {
    Settings running;
    Settings next;
    std::vector<std::string> expected;
    for (const auto& row : settingTable()) {
        next.rawValues[row.key] = "changed";
        if (row.scope() == Scope::restart) {
            expected.emplace_back(row.key);
        }
    }
    std::sort(expected.begin(), expected.end());
    EXPECT_EQ(keysForARestart(running, next), expected);
    EXPECT_EQ(keysForARestart(next, running), expected);
    EXPECT_THAT(keysForARestart(next, next), IsEmpty());
}

TEST(Reload, comparesWhatWasWritten) {
    const Settings running = with({"client.id=${system.nodeName}", "connection.max_retries=7", "log.level=info"});
    const Settings next = with({"client.id=other", "connection.max_retries=7", "device.metadata.lab=2",
                                "profile.x.agent=A", "plugin.shell.enabled=false", "plugins.allow=shell"});
    EXPECT_EQ(running.rawValues.at("client.id"), "${system.nodeName}");
    EXPECT_THAT(keysForARestart(running, next), ElementsAre("client.id", "device.metadata.lab", "log.level"));
}

TEST(Reload, takesThePluginsAndProfilesAndNothingElse) {
    const Settings running = with({"client.id=before", "connection.max_retries=1", "plugins.allow=a"});
    const Settings next =
        with({"client.id=after", "connection.max_retries=2", "plugins.device_info_timeout=1", "device.metadata.lab=2",
              "plugins.allow=b", "plugins.start_timeout=3", "plugins.backoff_base=2", "plugins.isolation=per_call",
              "plugin.shell.load=start", "plugin.shell.isolation=in_process", "plugin.shell.x=y", "profile.p.agent=A"});
    const Settings merged = reloaded(running, next);

    EXPECT_EQ(merged.session.clientId, "before");
    EXPECT_EQ(merged.session.maxRetries, 1U);
    EXPECT_EQ(merged.deviceInfoTimeout, std::chrono::seconds(5));
    EXPECT_THAT(merged.customMetadata, IsEmpty());
    EXPECT_EQ(merged.rawValues, running.rawValues);

    EXPECT_THAT(merged.discovery.allowed, ElementsAre("b"));
    EXPECT_EQ(*merged.discovery.plugins.at("shell").values.at("x").one, "y");
    EXPECT_EQ(merged.pluginStartTimeout, std::chrono::seconds(3));
    EXPECT_EQ(merged.slot.isolation, plugins::Isolation::perCall);
    EXPECT_EQ(merged.slot.process.backoffBase, std::chrono::seconds(2));
    EXPECT_EQ(merged.slots.at("shell").isolation, plugins::Isolation::inProcess);
    EXPECT_THAT(merged.startedAtOnce, ElementsAre("shell"));
    EXPECT_EQ(merged.profiles.at(0).agent, "A");
}

TEST(Reload, addsToTheFilesThatNoPluginMayHandOut) {
    const Settings running = with({"server.token_file=/one", "log.file=/log/a"});
    const Settings next = with({"server.token_file=/two"});
    EXPECT_EQ(ownFiles(running), ownFiles(reloaded(running, running)));
    const auto files = ownFiles(reloaded(running, next));
    for (const auto* file : {"\"/one\"", "\"/two\"", "\"/log/a\""}) {
        EXPECT_THAT(files, testing::HasSubstr(file));
    }
    EXPECT_EQ(ownFiles(reloaded(running, running)), ownFiles(running));
}

TEST(OwnFiles, areFoldersOfTheConfigurationAndLogsByAnyName) {
    const tests::TemporaryFolder folder;
    std::filesystem::create_directories(folder / "real/below");
    std::filesystem::create_directory_symlink(folder / "real/below", folder / "link");
    tests::writeFile(folder / "real/a.ini", "[log]\nfile = " + (folder / "link/../x.log") + "\n");
    const auto settings = readSettings({{folder / "real"}, {}, false, true});
    ASSERT_TRUE(settings) << settings.error().text();
    const auto files = ownFiles(*settings);
    for (const auto& file : {folder / "real", folder / "real/a.ini", folder / "link/../x*", folder / "real/x*"}) {
        EXPECT_THAT(files, testing::HasSubstr("\"" + file + "\""));
    }
}

TEST(Reload, readsNoSecretAgain) {
    const tests::TemporaryFolder folder;
    tests::writeFile(folder / "a.ini", "[server]\ntoken = ${system.env.AIP_TEST_NOT_SET}\ntoken_file = " +
                                           (folder / "none") + "\nca_file = " + (folder / "none") + "\n");
    ASSERT_FALSE(readSettings({{folder / "a.ini"}, {}}));
    const auto again = readSettings({{folder / "a.ini"}, {}, false, true});
    ASSERT_TRUE(again) << again.error().text();
    EXPECT_EQ(again->session.endpoint.token, "");
    EXPECT_EQ(again->rawValues.at("server.token"), "${system.env.AIP_TEST_NOT_SET}");
}

TEST(Reload, isRefusedWithAMistakeInTheConfiguration) {
    EXPECT_FALSE(readSettings({{}, {"plugin.shell.enabled=perhaps"}, false, true}));
    EXPECT_FALSE(readSettings({{}, {"plugins.trusted_keys=/none/key.pem"}, false, true}));
}

}  // namespace
}  // namespace aip::app
