#include "plugins/registry.h"

#include "plugins/make_slot.h"
#include "tests/plugins/support.h"

#include <gtest/gtest.h>

namespace {

using namespace aip::admission;
using namespace aip::hosting;
using namespace aip::plugins;
using aip::tests::installPlugin;
using aip::tests::TemporaryFolder;
using aip::tests::TestCall;

std::shared_ptr<Slot> inProcess(Manifest manifest, aip::base::Descriptor library, SlotSettings settings) {
    settings.isolation = Isolation::inProcess;
    return makeSlot(std::move(manifest), std::move(library), std::move(settings));
}

std::vector<std::string> listed(const Registry& registry) {
    std::vector<std::string> lines;
    for (const PluginEntry& entry : registry.entries()) {
        const std::string why = entry.reason();
        lines.push_back(entry.id + " " + entry.version + " " + entry.state() + " " + why.substr(0, why.find(':')));
    }
    return lines;
}

using Lines = std::vector<std::string>;

TEST(Registry, listsEveryPluginWithItsStateOrItsReason) {
    const TemporaryFolder directory;
    installPlugin("good", directory.path());
    installPlugin("no_symbol", directory.path());
    installPlugin("pair", directory.path());
    std::filesystem::create_directory(directory.path() / "empty");
    aip::tests::writeFile(directory.path() / "README", "not a folder");
    aip::tests::editManifest(directory.path() / "no_symbol", "\"Test\"", "\"Other\"");
    Registry registry({{directory.path(), directory.path() / "absent"}, {}, {}, {}}, inProcess);
    registry.discover();
    EXPECT_EQ(listed(registry),
              (Lines{"empty  refused manifest-missing", "good 1.0.0 idle ", "no_symbol 1.0.0 refused entry-missing",
                     "pair 1.0.0 refused capability-collision"}));
    EXPECT_EQ(registry.slots().size(), 1U);
    EXPECT_EQ(registry.entries()[1].tools.size(), 11U);
    EXPECT_EQ(registry.entries()[1].tools[0].key(), "action::echo");
}

TEST(Registry, admitsInTheOrderOfTheConfiguration) {
    const TemporaryFolder directory;
    installPlugin("good", directory.path());
    installPlugin("pair", directory.path());
    Registry registry({{directory.path()}, {}, {"pair"}, {}}, inProcess);
    registry.discover();
    EXPECT_EQ(listed(registry), (Lines{"pair 1.0.0 idle ", "good 1.0.0 refused capability-collision"}));
}

TEST(Registry, leavesADisabledPluginAlone) {
    const TemporaryFolder directory;
    installPlugin("good", directory.path());
    installPlugin("pair", directory.path());
    Registry registry({{directory.path()}, {}, {}, {{"good", {false, {}}}}}, inProcess);
    registry.discover();
    EXPECT_EQ(listed(registry), (Lines{"good  disabled ", "pair 1.0.0 idle "}));
}

TEST(Registry, handsThePluginItsSettings) {
    const TemporaryFolder directory;
    installPlugin("good", directory.path());
    Registry registry({{directory.path()}, {}, {}, {{"good", {true, {{"mode", "fast"}, {"limit", "3"}}}}}}, inProcess);
    registry.discover();
    ASSERT_EQ(registry.slots().size(), 1U);
    const TestCall call("describe");
    registry.slots()[0]->invoke(call.call());
    EXPECT_NE(call.text().find(R"("config":{"limit":3,"mode":"fast"})"), std::string::npos) << call.text();
    EXPECT_TRUE(registry.stopAll(std::chrono::seconds(30)));
    EXPECT_EQ(listed(registry), Lines{"good 1.0.0 stopped "});
}

TEST(Registry, refusesSettingsThatThePluginDoesNotTake) {
    const TemporaryFolder directory;
    installPlugin("good", directory.path());
    Registry registry({{directory.path()}, {}, {}, {{"good", {true, {{"mod", "fast"}}}}, {"bad", {}}}}, inProcess);
    registry.discover();
    EXPECT_EQ(listed(registry), (Lines{"good 1.0.0 refused settings-invalid", "bad  refused manifest-missing"}));
    EXPECT_EQ(registry.entries()[0].reason(),
              "settings-invalid: [plugin.good] unknown key 'mod'; did you mean 'mode'?");
}

TEST(Registry, showsWhyAPluginDidNotStart) {
    const TemporaryFolder directory;
    installPlugin("start_fails", directory.path());
    Registry registry({{directory.path()}, {}, {}, {}}, inProcess);
    registry.discover();
    EXPECT_FALSE(registry.slots()[0]->start());
    EXPECT_EQ(listed(registry), Lines{"start_fails 1.0.0 failed start-failed"});
    EXPECT_EQ(registry.entries()[0].reason(), "start-failed: the printer is on fire");
}

}  // namespace
