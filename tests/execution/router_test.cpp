#include "execution/router.h"

#include "tests/support/fake_slot.h"
#include "tests/support/listed_router.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace aip;
using namespace aip::execution;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

namespace {

std::string pluginOf(const Router& routes, const Offer* profile, std::optional<std::string_view> type,
                     std::string_view name) {
    const auto tool = routes.route(*profile, type, name);
    return tool ? (*tool)->slot->manifest().id : tool.error().text();
}

}  // namespace

TEST(Router, fallsBackToTheDefaultRootAndToTheAgentForAll) {
    const Router routes = tests::listedRouter();
    EXPECT_EQ((*routes.profile("LinuxAgent", ""))->root, "default");
    EXPECT_EQ((*routes.profile("LinuxAgent", "EXCEL"))->root, "default");
    EXPECT_EQ((*routes.profile("LinuxAgent", "WORD"))->root, "WORD");
    EXPECT_EQ((*routes.profile("Stranger", ""))->agent, "*");
}

TEST(Router, namesTheConfiguredAgentsForAnUnknownOne) {
    const Router routes(
        {{"LinuxAgent", "default", {}, {}}, {"MobileAgent", "default", {}, {}}, {"LinuxAgent", "WORD", {}, {}}}, {});
    EXPECT_THAT(routes.profile("X", "").error().text(), EndsWith("'X'; configured: LinuxAgent, MobileAgent"));
}

TEST(Router, givesANameToTheFirstPluginWhateverTheOrderOfTheNamespaces) {
    const Router routes = tests::listedRouter();
    EXPECT_EQ(pluginOf(routes, *routes.profile("LinuxAgent", ""), "action", "run"), "shell");
    EXPECT_EQ(pluginOf(routes, *routes.profile("LinuxAgent", "WORD"), "action", "run"), "screen");
    const Router reversed({{"*", "default", {"Screen", "BashExecutor"}, {}}}, routes.tools());
    EXPECT_EQ(pluginOf(reversed, *reversed.profile("", ""), "action", "run"), "shell");
}

TEST(Router, findsNamesakesByTheirNamespace) {
    const Router routes = tests::listedRouter();
    const auto of = [&routes](const Offer* offer, std::string_view type, std::string_view name,
                              std::string_view space) {
        const auto tool = routes.route(*offer, type, name, space);
        return tool ? (*tool)->slot->manifest().id : tool.error().text();
    };
    const Offer* all = *routes.profile("LinuxAgent", "");
    EXPECT_EQ(of(all, "action", "run", "BashExecutor"), "shell");
    EXPECT_EQ(of(all, "action", "run", "Screen"), "screen");
    EXPECT_THAT(of(all, "data_collection", "run", "Screen"), HasSubstr("is not offered"));
    EXPECT_THAT(of(all, "action", "run", "Other"), HasSubstr("is not offered"));
    EXPECT_THAT(of(*routes.profile("LinuxAgent", "WORD"), "action", "run", "BashExecutor"),
                HasSubstr("is not offered"));
}

TEST(Router, offersTheToolsBesideOneWithABadSchema) {
    const auto never = [](hosting::Call&) { return hosting::Outcome{}; };
    const ToolTable tools = ToolTable::build({tests::fakeSlot(
        "shell", {tests::tool("run"), tests::tool("bad", "BashExecutor", R"({"type":"thing"})"), tests::tool("walk")},
        never)});
    ASSERT_EQ(tools.leftOut().size(), 1U);
    EXPECT_THAT(tools.leftOut()[0], HasSubstr("its tool action::bad is left out: JSON Schema: "));
    EXPECT_NE(tools.find("action", "BashExecutor", "run"), nullptr);
    EXPECT_NE(tools.find("action", "BashExecutor", "walk"), nullptr);
    EXPECT_EQ(tools.find("action", "BashExecutor", "bad"), nullptr);
}

TEST(Router, keepsActionsAndDataCollectionApart) {
    const Router routes = tests::listedRouter();
    const Offer* profile = *routes.profile("LinuxAgent", "");
    EXPECT_EQ(pluginOf(routes, profile, "data_collection", "shot"), "screen");
    EXPECT_THAT(pluginOf(routes, profile, "action", "shot"), HasSubstr("'action::shot' is not offered"));
    EXPECT_THAT(pluginOf(routes, profile, "data_collection", "look"), HasSubstr("not offered"));
    EXPECT_THAT(pluginOf(routes, profile, "other", "run"), HasSubstr("'other::run' is not offered to agent"));
    EXPECT_THAT(pluginOf(routes, profile, "action", "none"),
                HasSubstr("'action::none' is not offered: no plugin at work on this device has it"));
}

TEST(Router, offersEverythingIfTheProfileSaysSo) {
    const Router some = tests::listedRouter();
    const Router routes({{"*", "default", {}, {}, true}}, some.tools());
    const Offer* profile = *routes.profile("X", "");
    EXPECT_THAT(profile->actions, testing::ElementsAre("BashExecutor", "Screen"));
    EXPECT_EQ(pluginOf(routes, profile, "action", "run"), "shell");
    EXPECT_EQ(pluginOf(routes, profile, "data_collection", "look"), "shell");
    EXPECT_EQ(pluginOf(routes, profile, "data_collection", "shot"), "screen");
}

TEST(Router, looksInBothWithoutAToolType) {
    const Router routes = tests::listedRouter();
    const Offer* profile = *routes.profile("LinuxAgent", "");
    EXPECT_EQ(pluginOf(routes, profile, std::nullopt, "run"), "shell");
    EXPECT_EQ(pluginOf(routes, profile, std::nullopt, "shot"), "screen");
}

TEST(Router, suggestsTheNearestTool) {
    const Router routes = tests::listedRouter();
    EXPECT_THAT(pluginOf(routes, *routes.profile("LinuxAgent", ""), "action", "rum"), HasSubstr("action::run"));
}

TEST(Capabilities, areWhatAnyProfileOffers) {
    const Router some = tests::listedRouter();
    EXPECT_THAT(some.capabilities(), testing::ElementsAre("action::run", "data_collection::shot"));
    const Router routes({{"A", "default", {}, {"BashExecutor"}}}, some.tools());
    EXPECT_THAT(routes.capabilities(), testing::ElementsAre("data_collection::look"));
}
