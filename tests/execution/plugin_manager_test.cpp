#include "execution/plugin_manager.h"

#include "tests/execution/plugin_manager_harness.h"
#include "tests/support/comes_true.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace aip;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsSupersetOf;
using tests::comesTrue;
using tests::PluginManagerHarness;

namespace {

bool gone(const std::weak_ptr<plugins::Slot>& slot) {
    return comesTrue([&] { return slot.expired(); });
}

}  // namespace

class PluginManager : public testing::TestWithParam<plugins::Isolation> {
  public:
    PluginManager() { bench.install("versioned_1.0.0", "versioned"); }

    PluginManagerHarness bench{GetParam()};
};

/// Tools that a call adds: there is nobody left to have them if each call has a process of its own.
class LiveTools : public PluginManager {};

INSTANTIATE_TEST_SUITE_P(, LiveTools, testing::Values(plugins::Isolation::process, plugins::Isolation::inProcess),
                         [](const auto& row) { return tests::nameOf(row.param); });
INSTANTIATE_TEST_SUITE_P(, PluginManager,
                         testing::Values(plugins::Isolation::process, plugins::Isolation::inProcess,
                                         plugins::Isolation::perCall),
                         [](const auto& row) { return tests::nameOf(row.param); });

TEST_P(PluginManager, keepsThePluginThatHasNotChanged) {
    ASSERT_TRUE(bench.replace());
    EXPECT_EQ(bench.call("version"), R"("1.0.0")");
    const auto slot = bench.slot("versioned");
    bench.install("dynamic", "dynamic");
    ASSERT_TRUE(bench.replace());
    EXPECT_EQ(bench.slot("versioned").lock(), slot.lock());
    EXPECT_EQ(bench.call("version"), R"("1.0.0")");
}

TEST_P(PluginManager, letsARunningCallEndInThePluginThatWasReplaced) {
    ASSERT_TRUE(bench.replace());
    auto running = bench.begin("wait");
    const auto old = bench.slot("versioned");
    ASSERT_TRUE(bench.log.waitFor("2 waiting"));
    bench.install("versioned_2.0.0", "versioned");
    ASSERT_TRUE(bench.replace());
    EXPECT_EQ(bench.call("version"), R"("2.0.0")");
    EXPECT_FALSE(old.expired());
    bench.cancelAll();
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
    ASSERT_TRUE(bench.replace());
    EXPECT_EQ(bench.call("version"), R"("1.0.0")");
    bench.install("versioned_broken", "versioned");
    ASSERT_TRUE(bench.replace());
    EXPECT_EQ(bench.call("version"), R"("1.0.0")");
    EXPECT_THAT(bench.listed(), ElementsAre("versioned 1.0.0 running start-failed"));
    bench.install("versioned_2.0.0", "versioned");
    ASSERT_TRUE(bench.replace());
    EXPECT_THAT(bench.listed(), ElementsAre("versioned 2.0.0 running "));
}

TEST_P(PluginManager, goesOnWithTheOldOneIfTheNewOneIsRefused) {
    ASSERT_TRUE(bench.replace());
    EXPECT_EQ(bench.call("version"), R"("1.0.0")");
    bench.install("versioned_2.0.0", "versioned");
    tests::writeFile(bench.folder("versioned") / "versioned_2.0.0.so", "another");
    ASSERT_TRUE(bench.replace());
    EXPECT_EQ(bench.call("version"), R"("1.0.0")");
    EXPECT_THAT(bench.listed(), ElementsAre("versioned 1.0.0 running hash-mismatch"));
    std::filesystem::remove(bench.folder("versioned") / "plugin.json");
    ASSERT_TRUE(bench.replace());
    EXPECT_THAT(bench.listed(), ElementsAre("versioned 1.0.0 running manifest-missing"));
}

TEST_P(PluginManager, doesNotGoOnWithAPluginThatTheOperatorForbids) {
    ASSERT_TRUE(bench.replace());
    bench.plan.discovery.allowed = {"another"};
    ASSERT_TRUE(bench.replace());
    EXPECT_THAT(bench.call("version"), HasSubstr("'action::version' is not offered"));
    bench.plan.discovery.allowed = {};
    bench.plan.discovery.plugins["versioned"].enabled = false;
    ASSERT_TRUE(bench.replace());
    EXPECT_THAT(bench.listed(), ElementsAre("versioned  disabled "));
}

TEST_P(PluginManager, doesNotGoOnWithAPluginThatIsTrustedNoMore) {
    for (const auto& [trust, reason] : {std::pair(admission::Trust::pinned, "not-pinned"),
                                        std::pair(admission::Trust::signature, "signature-missing")}) {
        bench.plan.discovery.trust = admission::Trust::owner;
        ASSERT_TRUE(bench.replace());
        EXPECT_EQ(bench.call("version"), R"("1.0.0")");
        bench.plan.discovery.trust = trust;
        ASSERT_TRUE(bench.replace());
        EXPECT_THAT(bench.listed(), ElementsAre(std::string("versioned 1.0.0 refused ") + reason));
        EXPECT_THAT(bench.call("version"), HasSubstr("'action::version' is not offered"));
    }
}

TEST_P(PluginManager, goesOnWithThePinnedOneIfTheNewOneIsNotTheOneThatIsPinned) {
    const auto manifest = admission::parseManifest(tests::readFile(bench.folder("versioned") / "plugin.json"));
    ASSERT_TRUE(manifest);
    bench.plan.discovery.trust = admission::Trust::pinned;
    bench.plan.discovery.plugins["versioned"].sha256 = manifest->sha256;
    ASSERT_TRUE(bench.replace());
    EXPECT_EQ(bench.call("version"), R"("1.0.0")");
    bench.install("versioned_2.0.0", "versioned");
    ASSERT_TRUE(bench.replace());
    EXPECT_EQ(bench.call("version"), R"("1.0.0")");
    EXPECT_THAT(bench.listed(), ElementsAre("versioned 1.0.0 running pin-mismatch"));
}

TEST_P(PluginManager, takesPluginsInAndOut) {
    ASSERT_TRUE(bench.replace());
    bench.remove("versioned");
    bench.install("good", "good");
    ASSERT_TRUE(bench.replace());
    EXPECT_THAT(bench.call("version"), HasSubstr("'action::version' is not offered"));
    EXPECT_EQ(bench.call("echo", R"({"a":1})"), R"({"a":1})");
}

TEST_P(PluginManager, startsAPluginAnewWhoseSettingsHaveChanged) {
    ASSERT_TRUE(bench.replace());
    const auto old = bench.slot("versioned");
    bench.plan.discovery.plugins["versioned"].values["mode"] = "fast";
    ASSERT_TRUE(bench.replace());
    EXPECT_TRUE(gone(old));
    EXPECT_EQ(bench.call("version"), R"("1.0.0")");
    bench.plan.discovery.plugins["versioned"].values["mod"] = "fast";
    ASSERT_TRUE(bench.replace());
    EXPECT_THAT(bench.listed(), ElementsAre("versioned 1.0.0 running settings-invalid"));
}

TEST_P(PluginManager, givesAFailedPluginAFreshStart) {
    bench.install("versioned_broken", "versioned");
    ASSERT_TRUE(bench.replace());
    EXPECT_THAT(bench.call("version"), HasSubstr("the printer is on fire"));
    EXPECT_THAT(bench.listed(), ElementsAre("versioned 1.0.0 failed start-failed"));
    ASSERT_TRUE(bench.replace());
    EXPECT_THAT(bench.listed(), ElementsAre("versioned 1.0.0 idle "));
}

TEST_P(PluginManager, givesACapabilityToTheFirstInTheOrderOfTheConfiguration) {
    ASSERT_TRUE(bench.replace());
    bench.install("good", "good");  // both have `wait`
    bench.plan.discovery.order = {"versioned"};
    ASSERT_TRUE(bench.replace());
    EXPECT_THAT(bench.listed(), ElementsAre("versioned 1.0.0 idle ", "good 1.0.0 refused capability-collision"));
    bench.plan.discovery.order = {"good"};
    ASSERT_TRUE(bench.replace());
    EXPECT_THAT(bench.listed(), ElementsAre("good 1.0.0 idle ", "versioned 1.0.0 refused capability-collision"));
}

TEST_P(PluginManager, isClosedByStopping) {
    ASSERT_TRUE(bench.replace());
    EXPECT_TRUE(bench.set.stopAll(30s));
    EXPECT_EQ(bench.replace().error().code(), base::Code::cancelled);
    EXPECT_THAT(bench.call("version"), HasSubstr("stopped"));
}

TEST_P(LiveTools, showsToolsThatComeAndGo) {
    bench.install("dynamic", "dynamic");
    ASSERT_TRUE(bench.replace());
    EXPECT_THAT(bench.listed(), ElementsAre("dynamic 1.0.0 running ", "versioned 1.0.0 idle "));
    EXPECT_EQ(bench.call("add", R"({"name":"fresh"})"), "null");
    EXPECT_TRUE(comesTrue([&] { return bench.call("fresh") == R"("fresh")"; }));
    EXPECT_THAT(bench.tools(), IsSupersetOf({"add", "fresh", "version"}));
    EXPECT_THAT(bench.set.capabilities(), IsSupersetOf({"action::fresh"}));
    EXPECT_EQ(bench.call("remove", R"({"name":"fresh"})"), "null");
    EXPECT_TRUE(
        comesTrue([&] { return bench.call("fresh").find("'action::fresh' is not offered") != std::string::npos; }));
}

TEST_P(LiveTools, leavesOutAToolWhoseCapabilityIsTakenOrThatBreaksARule) {
    bench.install("dynamic", "dynamic");
    ASSERT_TRUE(bench.replace());
    EXPECT_EQ(bench.call("add", R"({"name":"version"})"), "null");
    EXPECT_EQ(bench.call("add", R"({"name":"no name"})"), "null");
    EXPECT_EQ(bench.call("add", R"({"name":"last"})"), "null");
    EXPECT_TRUE(comesTrue([&] { return bench.call("last") == R"("last")"; }));
    EXPECT_EQ(bench.call("version"), R"("1.0.0")");
    bench.remove("versioned");
    ASSERT_TRUE(bench.replace());
    EXPECT_EQ(bench.call("version"), R"("version")");
}

TEST_P(LiveTools, isNotHeldUpByAPluginThatTellsOfChangesWithoutEnd) {
    bench.install("dynamic", "dynamic");
    ASSERT_TRUE(bench.replace());
    EXPECT_EQ(bench.call("flood"), "null");
    EXPECT_EQ(bench.call("add", R"({"name":"last"})"), "null");
    EXPECT_TRUE(comesTrue([&] { return bench.call("last") == R"("last")"; }));
}
