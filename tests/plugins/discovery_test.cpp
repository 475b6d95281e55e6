#include "plugins/discovery.h"

#include "base/log.h"
#include "plugins/make_slot.h"
#include "tests/plugins/support.h"
#include "tests/support/fake_slot.h"

#include <aip/ext/host_settings.h>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

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

std::vector<std::string> listed(const PluginSet& set) {
    std::vector<std::string> lines;
    for (const PluginEntry& entry : set.entries()) {
        const std::string why = entry.reason();
        lines.push_back(entry.id + " " + entry.version + " " + entry.state() + " " + why.substr(0, why.find(':')));
    }
    return lines;
}

using Lines = std::vector<std::string>;

TEST(Discovery, listsEveryPluginWithItsStateOrItsReason) {
    const TemporaryFolder directory;
    installPlugin("good", directory.path());
    installPlugin("no_symbol", directory.path());
    installPlugin("pair", directory.path());
    std::filesystem::create_directory(directory.path() / "empty");
    aip::tests::writeFile(directory.path() / "README", "not a folder");
    aip::tests::editManifest(directory.path() / "no_symbol", "\"Test\"", "\"Other\"");
    const PluginSet set = discoverPlugins({{directory.path(), directory.path() / "absent"}, {}, {}, {}}, {}, inProcess);
    EXPECT_EQ(listed(set), (Lines{"empty  refused manifest-missing", "good 1.0.0 idle ",
                                  "no_symbol 1.0.0 refused entry-missing", "pair 1.0.0 refused capability-collision"}));
    EXPECT_EQ(set.slots().size(), 1U);
    EXPECT_EQ(set.entries()[1].tools.size(), 12U);
    EXPECT_EQ(set.entries()[1].tools[0].key(), "action::echo");
}

/// While it lives the process gets no further descriptor.
class NoDescriptors {
  public:
    NoDescriptors() {
        ::getrlimit(RLIMIT_NOFILE, &_before);
        const int free = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
        ::close(free);
        const rlimit none{static_cast<rlim_t>(free), _before.rlim_max};
        ::setrlimit(RLIMIT_NOFILE, &none);
    }
    ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &_before); }
    NoDescriptors(const NoDescriptors&) = delete;
    NoDescriptors& operator=(const NoDescriptors&) = delete;

  private:
    rlimit _before{};
};

PluginSet discoverWithoutDescriptors(const DiscoverySettings& settings, const PluginSet& previous) {
    const NoDescriptors none;
    return discoverPlugins(settings, previous, inProcess);
}

TEST(Discovery, keepsThePluginsAtWorkDuringAShortage) {
    const TemporaryFolder directory;
    installPlugin("good", directory.path());
    DiscoverySettings settings{{directory.path()}, {}, {}, {}};
    const PluginSet before = discoverPlugins(settings, {}, inProcess);
    EXPECT_EQ(before.shortage(), "");
    const PluginSet during = discoverWithoutDescriptors(settings, before);
    ASSERT_EQ(listed(during), Lines{"good 1.0.0 idle shortage"});
    EXPECT_EQ(during.entries()[0].slot, before.entries()[0].slot);
    EXPECT_NE(during.shortage().find("Too many open files"), std::string::npos) << during.shortage();
    settings.onlyWhatWasShort = true;
    const PluginSet after = discoverPlugins(settings, during, inProcess);
    ASSERT_EQ(listed(after), Lines{"good 1.0.0 idle "});
    EXPECT_EQ(after.entries()[0].slot, before.entries()[0].slot);
    EXPECT_EQ(after.shortage(), "");
}

TEST(Discovery, admitsAfterAShortageWhatItKeptOut) {
    const TemporaryFolder directory;
    installPlugin("good", directory.path());
    DiscoverySettings settings{{directory.path()}, {}, {}, {}};
    PluginSet set = discoverWithoutDescriptors(settings, {});
    EXPECT_TRUE(set.entries().empty());
    EXPECT_NE(set.shortage(), "");
    settings.onlyWhatWasShort = true;
    set = discoverWithoutDescriptors(settings, set);
    EXPECT_NE(set.shortage(), "");
    set = discoverPlugins(settings, set, inProcess);
    EXPECT_EQ(listed(set), Lines{"good 1.0.0 idle "});
    EXPECT_EQ(set.shortage(), "");
}

TEST(Discovery, admitsAServerAfterAShortage) {
    const TemporaryFolder folder;
    DiscoverySettings settings;
    settings.servers["echo"].spec.folder = folder.path();
    PluginSet set = discoverWithoutDescriptors(settings, {});
    EXPECT_EQ(listed(set), Lines{"echo mcp refused shortage"});
    settings.onlyWhatWasShort = true;
    set = discoverWithoutDescriptors(settings, set);
    EXPECT_EQ(listed(set), Lines{"echo mcp refused shortage"});
    set = discoverPlugins(settings, set, inProcess);
    EXPECT_EQ(set.shortage(), "");
    ASSERT_EQ(set.entries().size(), 1U);
    EXPECT_FALSE(set.entries()[0].refusal);
}

TEST(Discovery, leavesTheOthersAloneWhenItLooksAgainAfterAShortage) {
    const TemporaryFolder directory;
    installPlugin("good", directory.path());
    const auto open = installPlugin("pair", directory.path());
    std::filesystem::permissions(open, std::filesystem::perms::all);
    DiscoverySettings settings{{directory.path()}, {}, {}, {}};
    const PluginSet before = discoverPlugins(settings, {}, inProcess);
    const Lines decided{"good 1.0.0 idle ", "pair  refused permissions"};
    ASSERT_EQ(listed(before), decided);
    std::filesystem::permissions(open, std::filesystem::perms::owner_all);
    settings.onlyWhatWasShort = true;
    EXPECT_EQ(listed(discoverPlugins(settings, before, inProcess)), decided);
    settings.onlyWhatWasShort = false;
    EXPECT_EQ(listed(discoverPlugins(settings, before, inProcess)),
              (Lines{"good 1.0.0 idle ", "pair 1.0.0 refused capability-collision"}));
}

TEST(Discovery, leavesAServerAndThePluginOfItsNameAloneWhenItLooksAgain) {
    const TemporaryFolder directory;
    const TemporaryFolder elsewhere;
    installPlugin("good", directory.path());
    DiscoverySettings settings{{directory.path()}, {}, {}, {}};
    settings.servers["good"].spec.folder = elsewhere.path();
    const PluginSet before = discoverPlugins(settings, {}, inProcess);
    const Lines decided{"good 1.0.0 idle ", "good mcp refused id-duplicate"};
    ASSERT_EQ(listed(before), decided);
    settings.onlyWhatWasShort = true;
    const PluginSet after = discoverPlugins(settings, before, inProcess);
    EXPECT_EQ(listed(after), decided);
    EXPECT_EQ(after.slots(), before.slots());
}

/// The lines that a discovery logs.
std::string loggedBy(const DiscoverySettings& settings, PluginSet& set) {
    std::string all;
    aip::base::log::setSink(aip::base::log::Level::info,
                            [&all](aip::base::log::Level, std::string_view line) { all += std::string(line) + "\n"; });
    set = discoverPlugins(settings, set, inProcess);
    aip::base::log::setSink(aip::base::log::Level::error, {});
    return all;
}

TEST(Discovery, tellsOfAMissingStateFolderWhenItExaminesThePlugin) {
    const TemporaryFolder directory;
    installPlugin("good", directory.path());
    DiscoverySettings settings{{directory.path()}, {}, {}, {}};
    settings.state = directory.path() / "good" / "plugin.json";
    PluginSet set;
    const std::string first = loggedBy(settings, set);
    EXPECT_NE(first.find("plugin good: has no folder for its state: "), std::string::npos) << first;
    settings.onlyWhatWasShort = true;
    EXPECT_EQ(loggedBy(settings, set), "");
}

TEST(Discovery, tellsPluginsTheirFolders) {
    const TemporaryFolder directory;
    installPlugin("good", directory.path());
    DiscoverySettings settings{{directory.path()}, {}, {}, {}};
    PluginSet set = discoverPlugins(settings, {}, inProcess);
    const auto& without = set.entries()[0].settings.host;
    EXPECT_EQ(without.at(AIP_HOST_PLUGIN_DIR), std::filesystem::canonical(directory.path() / "good"));
    EXPECT_FALSE(without.contains(AIP_HOST_STATE_DIR));

    const TemporaryFolder state;
    settings.state = state.path();
    set = discoverPlugins(settings, {}, inProcess);
    EXPECT_EQ(set.entries()[0].settings.host.at(AIP_HOST_STATE_DIR), state.path() / "plugins" / "good");
    EXPECT_TRUE(std::filesystem::is_directory(state.path() / "plugins" / "good"));
    EXPECT_EQ(set.entries()[0].stateless, "");

    settings.state = directory.path() / "good" / "plugin.json";
    set = discoverPlugins(settings, {}, inProcess);
    EXPECT_FALSE(set.entries()[0].settings.host.contains(AIP_HOST_STATE_DIR));
    EXPECT_NE(set.entries()[0].stateless, "");
    EXPECT_EQ(listed(set), Lines{"good 1.0.0 idle "});
}

/// A plugin that must not be started.
class Unstartable : public aip::tests::FakeSlot {
  public:
    explicit Unstartable(Manifest manifest)
        : FakeSlot(std::move(manifest), [](Call&) { return Outcome::success("null"); }) {}
    Check start() override {
        ADD_FAILURE() << "started";
        return {};
    }
};

/// Its start may take a minute; a reload does not wait for it.
TEST(Discovery, doesNotStartAChangedServer) {
    const TemporaryFolder folder;
    DiscoverySettings settings;
    settings.servers["echo"].spec.folder = folder.path();
    const SlotFactory unstartable = [](Manifest manifest, aip::base::Descriptor, SlotSettings) {
        return std::make_shared<Unstartable>(std::move(manifest));
    };
    const PluginSet before = discoverPlugins(settings, {}, unstartable);
    settings.servers["echo"].concurrency = 2;
    const PluginSet after = discoverPlugins(settings, before, unstartable);
    ASSERT_EQ(after.slots().size(), 1U);
    EXPECT_NE(after.slots(), before.slots());
    EXPECT_EQ(after.slots()[0]->manifest().concurrency, 2U);
}

/// Its tools of run time would end with each call.
TEST(Discovery, refusesDynamicToolsWithAProcessForEachCall) {
    const TemporaryFolder directory;
    installPlugin("dynamic", directory.path());
    installPlugin("good", directory.path());
    DiscoverySettings settings{{directory.path()}, {}, {}, {}};
    settings.slot.isolation = Isolation::perCall;
    EXPECT_EQ(listed(discoverPlugins(settings, {}, inProcess)),
              (Lines{"dynamic 1.0.0 refused tools-need-process", "good 1.0.0 idle "}));
    settings.slots["dynamic"].isolation = Isolation::process;
    EXPECT_EQ(listed(discoverPlugins(settings, {}, inProcess)), (Lines{"dynamic 1.0.0 idle ", "good 1.0.0 idle "}));
}

TEST(Discovery, admitsInTheOrderOfTheConfiguration) {
    const TemporaryFolder directory;
    installPlugin("good", directory.path());
    installPlugin("pair", directory.path());
    const PluginSet set = discoverPlugins({{directory.path()}, {}, {"pair"}, {}}, {}, inProcess);
    EXPECT_EQ(listed(set), (Lines{"pair 1.0.0 idle ", "good 1.0.0 refused capability-collision"}));
}

/// "good" is at work; "a_new" offers the same tools and comes first by name.
struct Rivals {
    explicit Rivals(bool ordered = false) {
        installPlugin("good", directory.path());
        settings.directories = {directory.path()};
        old = discoverPlugins(settings, {}, inProcess);
        const auto rival = directory.path() / "a_new";
        std::filesystem::rename(installPlugin("pair", directory.path()), rival);
        aip::tests::editManifest(rival, "\"pair\"", "\"a_new\"");
        if (ordered) {
            settings.order = {"a_new"};
        }
    }

    const TemporaryFolder directory;
    DiscoverySettings settings;
    PluginSet old;
};

TEST(Discovery, leavesAPluginAtWorkItsTools) {
    const Rivals rivals;
    const PluginSet next = discoverPlugins(rivals.settings, rivals.old, inProcess);
    EXPECT_EQ(listed(next), (Lines{"good 1.0.0 idle ", "a_new 1.0.0 refused capability-collision"}));
    EXPECT_EQ(next.slots(), rivals.old.slots());
    EXPECT_EQ(listed(discoverPlugins(rivals.settings, {}, inProcess)),
              (Lines{"a_new 1.0.0 idle ", "good 1.0.0 refused capability-collision"}));
}

TEST(Discovery, leavesAPluginAtWorkItsToolsUnlessTheOrderSaysOtherwise) {
    const Rivals rivals(true);
    EXPECT_EQ(listed(discoverPlugins(rivals.settings, rivals.old, inProcess)),
              (Lines{"a_new 1.0.0 idle ", "good 1.0.0 refused capability-collision"}));
}

TEST(Discovery, givesTheToolsOfAPluginThatIsDisabledOrRemovedToANewOne) {
    Rivals disabled;
    disabled.settings.plugins["good"].enabled = false;
    EXPECT_EQ(listed(discoverPlugins(disabled.settings, disabled.old, inProcess)),
              (Lines{"good  disabled ", "a_new 1.0.0 idle "}));
    const Rivals removed;
    std::filesystem::remove_all(removed.directory.path() / "good");
    EXPECT_EQ(listed(discoverPlugins(removed.settings, removed.old, inProcess)), Lines{"a_new 1.0.0 idle "});
}

TEST(Discovery, offersAPluginAtWorkBeforeANewOneInAnotherNamespace) {
    const Rivals rivals;
    const auto manifest = rivals.directory.path() / "a_new" / "plugin.json";
    std::string text = aip::tests::readFile(manifest);
    for (auto at = text.find("\"Test\""); at != std::string::npos; at = text.find("\"Test\"")) {
        text.replace(at, 6, "\"Other\"");
    }
    aip::tests::writeFile(manifest, text);
    PluginSet now = discoverPlugins(rivals.settings, rivals.old, inProcess);
    for (int reload = 0; reload < 2; ++reload) {
        EXPECT_EQ(listed(now), (Lines{"good 1.0.0 idle ", "a_new 1.0.0 idle "}));
        now = discoverPlugins(rivals.settings, now, inProcess);
    }
    EXPECT_EQ(listed(discoverPlugins(rivals.settings, {}, inProcess)),
              (Lines{"a_new 1.0.0 idle ", "good 1.0.0 idle "}));
}

/// Counts how often it is asked for the tools beside those of its manifest.
struct AskedSlot final : aip::tests::FakeSlot {
    explicit AskedSlot(std::vector<ToolManifest> tools) : FakeSlot({}, {}), offered(std::move(tools)) {}
    std::vector<ToolManifest> dynamicTools() const override {
        ++asked;
        return offered;
    }
    const std::vector<ToolManifest> offered;
    mutable int asked = 0;
};

/// A server at work that has listed `tools`, and the folder of a plugin with other twelve.
struct ListingServer {
    explicit ListingServer(std::vector<ToolManifest> tools) : slot(std::make_shared<AskedSlot>(std::move(tools))) {
        installPlugin("good", directory.path());
        settings.directories = {directory.path()};
        settings.servers["listing"].spec.folder = directory.path();
        PluginEntry entry;
        entry.id = "listing";
        entry.isServer = true;
        entry.slot = slot;
        previous = PluginSet({entry}, Trust::owner, {});
    }
    std::string goodAfter() const {
        const auto lines = listed(discoverPlugins(settings, previous, inProcess));
        return lines.empty() ? std::string() : lines.front();
    }

    const TemporaryFolder directory;
    std::shared_ptr<AskedSlot> slot;
    DiscoverySettings settings;
    PluginSet previous;
};

TEST(Discovery, leavesAServerAtWorkTheToolsThatItHasListed) {
    EXPECT_EQ(ListingServer({aip::tests::tool("wait", "Test")}).goodAfter(), "good 1.0.0 refused capability-collision");
    EXPECT_EQ(ListingServer({aip::tests::tool("wait", "Other")}).goodAfter(), "good 1.0.0 idle ");
    const auto otherType = aip::tests::tool("wait", "Test", "{}", "data_collection");
    EXPECT_EQ(ListingServer({otherType}).goodAfter(), "good 1.0.0 idle ");
}

TEST(Discovery, asksAPluginAtWorkOnceForItsTools) {
    const ListingServer server({aip::tests::tool("another")});
    EXPECT_EQ(server.goodAfter(), "good 1.0.0 idle ");
    EXPECT_EQ(server.slot->asked, 1) << "not for each of the twelve tools";
}

TEST(Discovery, leavesADisabledPluginAlone) {
    const TemporaryFolder directory;
    installPlugin("good", directory.path());
    installPlugin("pair", directory.path());
    const PluginSet set = discoverPlugins({{directory.path()}, {}, {}, {{"good", {false, {}}}}}, {}, inProcess);
    EXPECT_EQ(listed(set), (Lines{"good  disabled ", "pair 1.0.0 idle "}));
}

TEST(Discovery, handsThePluginItsSettings) {
    const TemporaryFolder directory;
    installPlugin("good", directory.path());
    const PluginSet set = discoverPlugins(
        {{directory.path()}, {}, {}, {{"good", {true, {{"mode", "fast"}, {"limit", "3"}}}}}}, {}, inProcess);
    ASSERT_EQ(set.slots().size(), 1U);
    const TestCall call("describe");
    set.slots()[0]->invoke(call.call());
    EXPECT_NE(call.text().find(R"("config":{"limit":3,"mode":"fast"})"), std::string::npos) << call.text();
    EXPECT_TRUE(stopAll(set.slots(), std::chrono::seconds(30)));
    EXPECT_EQ(listed(set), Lines{"good 1.0.0 stopped "});
}

TEST(Discovery, refusesSettingsThatThePluginDoesNotTake) {
    const TemporaryFolder directory;
    installPlugin("good", directory.path());
    const PluginSet set = discoverPlugins(
        {{directory.path()}, {}, {}, {{"good", {true, {{"mod", "fast"}}}}, {"bad", {}}}}, {}, inProcess);
    EXPECT_EQ(listed(set), (Lines{"good 1.0.0 refused settings-invalid", "bad  refused manifest-missing"}));
    EXPECT_EQ(set.entries()[0].reason(), "settings-invalid: [plugin.good] unknown key 'mod'; did you mean 'mode'?");
}

TEST(Discovery, showsWhyAPluginDidNotStart) {
    const TemporaryFolder directory;
    installPlugin("start_fails", directory.path());
    const PluginSet set = discoverPlugins({{directory.path()}, {}, {}, {}}, {}, inProcess);
    EXPECT_FALSE(set.slots()[0]->start());
    EXPECT_EQ(listed(set), Lines{"start_fails 1.0.0 failed start-failed"});
    EXPECT_EQ(set.entries()[0].reason(), "start-failed: the printer is on fire");
}

/// A change of the configuration, and whether the plugin keeps its slot.
struct KeepRow {
    const char* name;
    void (*change)(DiscoverySettings& settings);
    bool kept;
};

std::ostream& operator<<(std::ostream& out, const KeepRow& row) {
    return out << row.name;
}

class KeptSlot : public testing::TestWithParam<KeepRow> {};

TEST_P(KeptSlot, isThatOfAPluginWhichIsRunAsBefore) {
    const TemporaryFolder directory;
    installPlugin("good", directory.path());
    DiscoverySettings settings{{directory.path()}, {}, {}, {{"good", {true, {{"limit", "3"}}}}}};
    const PluginSet old = discoverPlugins(settings, {}, inProcess);
    GetParam().change(settings);
    const PluginSet next = discoverPlugins(settings, old, inProcess);
    ASSERT_EQ(next.slots().size(), 1U);
    EXPECT_EQ(next.slots() == old.slots(), GetParam().kept);
}

INSTANTIATE_TEST_SUITE_P(
    , KeptSlot,
    testing::Values(KeepRow{"nothing", [](DiscoverySettings&) {}, true},
                    KeepRow{"order", [](DiscoverySettings& all) { all.order = {"good"}; }, true},
                    KeepRow{"anotherPlugin", [](DiscoverySettings& all) { all.slots["pair"].maxQueue = 1; }, true},
                    KeepRow{"value", [](DiscoverySettings& all) { all.plugins["good"].values["limit"] = "4"; }, false},
                    KeepRow{"noValue", [](DiscoverySettings& all) { all.plugins["good"].values.clear(); }, false},
                    KeepRow{"limitOfAll", [](DiscoverySettings& all) { all.slot.process.limits.files = 9; }, false},
                    KeepRow{"timeoutOfAll", [](DiscoverySettings& all) { all.slot.startTimeout *= 2; }, false},
                    KeepRow{"environment", [](DiscoverySettings& all) { all.slot.process.environment = {"A"}; }, false},
                    KeepRow{"ofItsOwn", [](DiscoverySettings& all) { all.slots["good"].maxQueue = 1; }, false},
                    KeepRow{"ownAsThoseOfAll", [](DiscoverySettings& all) { all.slots["good"] = all.slot; }, true}),
    [](const auto& row) { return row.param.name; });

}  // namespace
