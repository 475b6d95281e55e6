#include "plugins/server_settings.h"

#include "plugins/discovery.h"
#include "plugins/make_slot.h"

#include <gtest/gtest.h>

namespace {

using namespace aip::plugins;

ServerSettings settingsOf(const std::string& program) {
    ServerSettings settings;
    settings.spec.command = {program};
    settings.spec.folder = "/";
    return settings;
}

std::shared_ptr<Slot> inAProcess(aip::admission::Manifest manifest, aip::base::Descriptor library,
                                 SlotSettings settings) {
    return makeSlot(std::move(manifest), std::move(library), std::move(settings));
}

TEST(ServerSettings, becomeAManifest) {
    const auto manifest = manifestOf("Files", settingsOf("npx"));
    EXPECT_EQ(manifest.id, "Files");
    EXPECT_EQ(manifest.concurrency, 16U);
    EXPECT_TRUE(manifest.promises("aip.dynamic-tools/1"));
    EXPECT_TRUE(manifest.tools.empty());
    ASSERT_TRUE(manifest.server);
    EXPECT_EQ(manifest.server->nameSpace, "Files");
    EXPECT_EQ(manifest.server->toolType, "action");
}

TEST(Discovery, admitsServersAfterTheFolders) {
    DiscoverySettings settings;
    settings.servers["Files"] = settingsOf("npx");
    settings.servers["Off"] = settingsOf("npx");
    settings.servers["Off"].enabled = false;
    settings.slots["Files"].isolation = Isolation::inProcess;  // it is a matter of libraries
    const PluginSet set = discoverPlugins(settings, {}, inAProcess);
    ASSERT_EQ(set.entries().size(), 2U);
    EXPECT_EQ(set.entries()[0].id, "Files");
    EXPECT_EQ(set.entries()[0].state(), "idle");
    EXPECT_EQ(set.entries()[0].settings.isolation, Isolation::process);
    EXPECT_EQ(set.entries()[0].settings.startTimeout, std::chrono::milliseconds(60'000));
    EXPECT_EQ(set.entries()[1].state(), "disabled");
}

TEST(Discovery, keepsTheSlotOfAServerThatIsTheSame) {
    DiscoverySettings settings;
    settings.servers["Files"] = settingsOf("npx");
    const PluginSet first = discoverPlugins(settings, {}, inAProcess);
    const PluginSet same = discoverPlugins(settings, first, inAProcess);
    EXPECT_EQ(first.entries()[0].slot, same.entries()[0].slot);
    settings.trust = aip::admission::Trust::pinned;
    const PluginSet refused = discoverPlugins(settings, same, inAProcess);
    EXPECT_EQ(refused.entries()[0].refusal->code, "program-outside");
}

}  // namespace
