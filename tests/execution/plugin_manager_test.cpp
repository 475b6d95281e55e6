#include "execution/plugin_manager.h"

#include "plugins/make_slot.h"
#include "tests/execution/plugin_manager_harness.h"
#include "tests/support/comes_true.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

using namespace aip;
using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Not;
using tests::comesTrue;
using tests::PluginManagerHarness;

namespace {

bool gone(const std::weak_ptr<plugins::Slot>& slot) {
    return comesTrue([&] { return slot.expired(); });
}

}  // namespace

class PluginManager : public testing::TestWithParam<plugins::Isolation> {
  public:
    PluginManager() { harness.install("versioned_1.0.0", "versioned"); }

    PluginManagerHarness harness{GetParam()};
};

/// Tools that a call adds. With a process per call they would end with their call.
class LiveTools : public PluginManager {};

INSTANTIATE_TEST_SUITE_P(, LiveTools, testing::Values(plugins::Isolation::process, plugins::Isolation::inProcess),
                         [](const auto& row) { return tests::nameOf(row.param); });
INSTANTIATE_TEST_SUITE_P(, PluginManager,
                         testing::Values(plugins::Isolation::process, plugins::Isolation::inProcess,
                                         plugins::Isolation::perCall),
                         [](const auto& row) { return tests::nameOf(row.param); });

TEST_P(PluginManager, keepsThePluginThatHasNotChanged) {
    ASSERT_TRUE(harness.replace());
    EXPECT_EQ(harness.call("version"), R"("1.0.0")");
    const auto slot = harness.slot("versioned");
    harness.install("dynamic", "dynamic");
    ASSERT_TRUE(harness.replace());
    EXPECT_EQ(harness.slot("versioned").lock(), slot.lock());
    EXPECT_EQ(harness.call("version"), R"("1.0.0")");
}

TEST_P(PluginManager, letsARunningCallEndInThePluginThatWasReplaced) {
    ASSERT_TRUE(harness.replace());
    auto running = harness.begin("wait");
    const auto old = harness.slot("versioned");
    ASSERT_TRUE(harness.log.waitFor("2 waiting"));
    harness.install("versioned_2.0.0", "versioned");
    ASSERT_TRUE(harness.replace());
    EXPECT_EQ(harness.call("version"), R"("2.0.0")");
    EXPECT_FALSE(old.expired());
    harness.cancelAll();
    EXPECT_EQ(running.get(), R"("1.0.0")");
    EXPECT_TRUE(gone(old));
}

TEST_P(PluginManager, stopsAReplacedPluginAtTheEndOfTheDrainTime) {
    PluginManagerHarness hasty(GetParam(), {50ms, 5s});
    hasty.install("versioned_1.0.0", "versioned");
    ASSERT_TRUE(hasty.replace());
    auto running = hasty.begin("wait");
    const auto old = hasty.slot("versioned");
    ASSERT_TRUE(hasty.log.waitFor("2 waiting"));
    hasty.remove("versioned");
    ASSERT_TRUE(hasty.replace());
    EXPECT_EQ(running.get(), R"("1.0.0")");  // the plugin's answer to being cancelled
    EXPECT_TRUE(gone(old));
}

TEST_P(PluginManager, goesOnWithTheOldOneIfTheNewOneDoesNotStart) {
    ASSERT_TRUE(harness.replace());
    EXPECT_EQ(harness.call("version"), R"("1.0.0")");
    harness.install("versioned_broken", "versioned");
    ASSERT_TRUE(harness.replace());
    EXPECT_EQ(harness.call("version"), R"("1.0.0")");
    EXPECT_THAT(harness.listed(), ElementsAre("versioned 1.0.0 running start-failed"));
    harness.install("versioned_2.0.0", "versioned");
    ASSERT_TRUE(harness.replace());
    EXPECT_THAT(harness.listed(), ElementsAre("versioned 2.0.0 running "));
}

TEST_P(PluginManager, goesOnWithTheOldOneIfTheNewOneIsRefused) {
    ASSERT_TRUE(harness.replace());
    EXPECT_EQ(harness.call("version"), R"("1.0.0")");
    harness.install("versioned_2.0.0", "versioned");
    tests::writeFile(harness.folder("versioned") / "versioned_2.0.0.so", "another");
    ASSERT_TRUE(harness.replace());
    EXPECT_EQ(harness.call("version"), R"("1.0.0")");
    EXPECT_THAT(harness.listed(), ElementsAre("versioned 1.0.0 running hash-mismatch"));
    std::filesystem::remove(harness.folder("versioned") / "plugin.json");
    ASSERT_TRUE(harness.replace());
    EXPECT_THAT(harness.listed(), ElementsAre("versioned 1.0.0 running manifest-missing"));
}

TEST_P(PluginManager, doesNotGoOnWithAPluginThatTheOperatorForbids) {
    ASSERT_TRUE(harness.replace());
    harness.plan.discovery.allowed = {"another"};
    ASSERT_TRUE(harness.replace());
    EXPECT_THAT(harness.call("version"), HasSubstr("'action::version' is not offered"));
    harness.plan.discovery.allowed = {};
    harness.plan.discovery.plugins["versioned"].enabled = false;
    ASSERT_TRUE(harness.replace());
    EXPECT_THAT(harness.listed(), ElementsAre("versioned  disabled "));
}

TEST_P(PluginManager, doesNotGoOnWithAPluginThatIsTrustedNoMore) {
    for (const auto& [trust, reason] : {std::pair(admission::Trust::pinned, "not-pinned"),
                                        std::pair(admission::Trust::signature, "signature-missing")}) {
        harness.plan.discovery.trust = admission::Trust::owner;
        ASSERT_TRUE(harness.replace());
        EXPECT_EQ(harness.call("version"), R"("1.0.0")");
        harness.plan.discovery.trust = trust;
        ASSERT_TRUE(harness.replace());
        EXPECT_THAT(harness.listed(), ElementsAre(std::string("versioned 1.0.0 refused ") + reason));
        EXPECT_THAT(harness.call("version"), HasSubstr("'action::version' is not offered"));
    }
}

TEST_P(PluginManager, goesOnWithThePinnedOneIfTheNewOneIsNotTheOneThatIsPinned) {
    const auto manifest = admission::parseManifest(tests::readFile(harness.folder("versioned") / "plugin.json"));
    ASSERT_TRUE(manifest);
    harness.plan.discovery.trust = admission::Trust::pinned;
    harness.plan.discovery.plugins["versioned"].sha256 = manifest->sha256;
    ASSERT_TRUE(harness.replace());
    EXPECT_EQ(harness.call("version"), R"("1.0.0")");
    harness.install("versioned_2.0.0", "versioned");
    ASSERT_TRUE(harness.replace());
    EXPECT_EQ(harness.call("version"), R"("1.0.0")");
    EXPECT_THAT(harness.listed(), ElementsAre("versioned 1.0.0 running pin-mismatch"));
}

TEST_P(PluginManager, takesPluginsInAndOut) {
    ASSERT_TRUE(harness.replace());
    harness.remove("versioned");
    harness.install("good", "good");
    ASSERT_TRUE(harness.replace());
    EXPECT_THAT(harness.call("version"), HasSubstr("'action::version' is not offered"));
    EXPECT_EQ(harness.call("echo", R"({"a":1})"), R"({"a":1})");
}

TEST_P(PluginManager, startsAPluginAnewWhoseSettingsHaveChanged) {
    ASSERT_TRUE(harness.replace());
    const auto old = harness.slot("versioned");
    harness.plan.discovery.plugins["versioned"].values["mode"] = "fast";
    ASSERT_TRUE(harness.replace());
    EXPECT_TRUE(gone(old));
    EXPECT_EQ(harness.call("version"), R"("1.0.0")");
    harness.plan.discovery.plugins["versioned"].values["mod"] = "fast";
    ASSERT_TRUE(harness.replace());
    EXPECT_THAT(harness.listed(), ElementsAre("versioned 1.0.0 running settings-invalid"));
}

TEST_P(PluginManager, givesAFailedPluginAFreshStart) {
    harness.install("versioned_broken", "versioned");
    ASSERT_TRUE(harness.replace());
    EXPECT_THAT(harness.call("version"), HasSubstr("the printer is on fire"));
    EXPECT_THAT(harness.listed(), ElementsAre("versioned 1.0.0 failed start-failed"));
    ASSERT_TRUE(harness.replace());
    EXPECT_THAT(harness.listed(), ElementsAre("versioned 1.0.0 idle "));
}

TEST_P(PluginManager, givesACapabilityToTheFirstInTheOrderOfTheConfiguration) {
    ASSERT_TRUE(harness.replace());
    harness.install("good", "good");  // both have `wait`
    harness.plan.discovery.order = {"versioned"};
    ASSERT_TRUE(harness.replace());
    EXPECT_THAT(harness.listed(), ElementsAre("versioned 1.0.0 idle ", "good 1.0.0 refused capability-collision"));
    harness.plan.discovery.order = {"good"};
    ASSERT_TRUE(harness.replace());
    EXPECT_THAT(harness.listed(), ElementsAre("good 1.0.0 idle ", "versioned 1.0.0 refused capability-collision"));
}

TEST_P(PluginManager, isClosedByStopping) {
    ASSERT_TRUE(harness.replace());
    EXPECT_TRUE(harness.set.stopAll(30s));
    EXPECT_EQ(harness.replace().error().code(), base::Code::cancelled);
    EXPECT_THAT(harness.call("version"), HasSubstr("stopped"));
}

TEST_P(PluginManager, givesUpAStartWhenItIsClosed) {
    harness.install("start_hangs", "start_hangs");
    harness.plan.startedAtOnce = {"start_hangs"};
    harness.plan.discovery.slot.startTimeout = 1h;
    std::atomic<int> made{0};
    const auto makeSlot = [&](admission::Manifest manifest, base::Descriptor library, plugins::SlotSettings settings,
                              plugins::Retire retire) {
        ++made;
        return plugins::makeSlot(std::move(manifest), std::move(library), std::move(settings), {}, std::move(retire));
    };
    std::thread closer([&] {
        EXPECT_TRUE(comesTrue([&] { return made == 2; }));
        harness.set.close();
    });
    EXPECT_EQ(harness.set.replace(harness.plan, makeSlot).error().code(), base::Code::cancelled);
    closer.join();
}

TEST_P(LiveTools, showsToolsThatComeAndGo) {
    harness.install("dynamic", "dynamic");
    ASSERT_TRUE(harness.replace());
    EXPECT_THAT(harness.listed(), ElementsAre("dynamic 1.0.0 running ", "versioned 1.0.0 idle "));
    EXPECT_EQ(harness.call("add", R"({"name":"fresh"})"), "null");
    EXPECT_TRUE(comesTrue([&] { return harness.call("fresh") == R"("fresh")"; }));
    EXPECT_THAT(harness.tools(), IsSupersetOf({"add", "fresh", "version"}));
    EXPECT_THAT(harness.set.capabilities(), IsSupersetOf({"action::fresh"}));
    EXPECT_EQ(harness.call("remove", R"({"name":"fresh"})"), "null");
    EXPECT_TRUE(
        comesTrue([&] { return harness.call("fresh").find("'action::fresh' is not offered") != std::string::npos; }));
}

TEST_P(LiveTools, leavesOutAToolWhoseCapabilityIsTakenOrThatBreaksARule) {
    harness.install("dynamic", "dynamic");
    ASSERT_TRUE(harness.replace());
    EXPECT_EQ(harness.call("add", R"({"name":"version"})"), "null");
    EXPECT_EQ(harness.call("add", R"({"name":"no name"})"), "null");
    EXPECT_EQ(harness.call("add", R"({"name":"last"})"), "null");
    EXPECT_TRUE(comesTrue([&] { return harness.call("last") == R"("last")"; }));
    EXPECT_EQ(harness.call("version"), R"("1.0.0")");
    EXPECT_THAT(
        harness.set.remarks(),
        Contains(Field(&execution::Remark::text, HasSubstr("plugin 'dynamic': its tool action::version is left out"))));
    harness.remove("versioned");
    ASSERT_TRUE(harness.replace());
    EXPECT_EQ(harness.call("version"), R"("version")");
    EXPECT_THAT(harness.set.remarks(), Not(Contains(Field(&execution::Remark::text, HasSubstr("left out")))));
}

TEST_P(LiveTools, isNotHeldUpByAPluginThatTellsOfChangesWithoutEnd) {
    harness.install("dynamic", "dynamic");
    ASSERT_TRUE(harness.replace());
    EXPECT_EQ(harness.call("flood"), "null");
    EXPECT_EQ(harness.call("add", R"({"name":"last"})"), "null");
    EXPECT_TRUE(comesTrue([&] { return harness.call("last") == R"("last")"; }));
}
