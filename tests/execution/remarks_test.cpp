#include "execution/remarks.h"

#include "tests/support/fake_slot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aip::execution {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::shared_ptr<plugins::Slot> slot(const std::string& id, std::vector<admission::ToolManifest> tools) {
    return tests::fakeSlot(id, std::move(tools), [](hosting::Call&) { return hosting::Outcome{}; });
}

admission::ToolManifest collector(const std::string& name, const std::string& nameSpace) {
    return tests::tool(name, nameSpace, R"({"type":"object"})", "data_collection");
}

std::vector<std::string> remarks(std::vector<Profile> profiles, const std::vector<std::string>& toCome = {}) {
    const std::vector<std::shared_ptr<plugins::Slot>> slots{
        slot("shell", {tests::tool("execute_command", "BashExecutor"), collector("look", "BashExecutor")}),
        slot("rival", {tests::tool("execute_command", "Rival"), tests::tool("other", "Rival")}), slot("quiet", {})};
    std::vector<std::string> lines;
    for (const auto& remark : remarksOn(Router(std::move(profiles), ToolTable::build(slots)), toCome)) {
        lines.push_back(remark.profile + "/" + remark.toolType + ": " + remark.text);
    }
    return lines;
}

Profile profile(std::vector<std::string> actions, std::vector<std::string> dataCollections = {}) {
    return {"*", "default", std::move(actions), std::move(dataCollections), false, "p"};
}

constexpr const char* hiddenTool =
    "p/action: action::execute_command of plugin 'rival' in namespace 'Rival' is not offered: plugin 'shell' comes "
    "first and has one in namespace 'BashExecutor'; plugins.order or other namespaces decide";

TEST(Remarks, areNoneWhereEverythingHasItsEffect) {
    EXPECT_THAT(remarks({profile({"BashExecutor"}), profile({"Rival"})}), IsEmpty());
}

TEST(Remarks, nameANamespaceThatNoPluginHas) {
    EXPECT_THAT(
        remarks({profile({"BashExecuter", "Rival"}), profile({"BashExecutor"})}),
        ElementsAre(
            "p/action: no plugin has a tool of this type in namespace 'BashExecuter'; did you mean 'BashExecutor'?"));
    EXPECT_THAT(
        remarks({profile({"BashExecutor", "Rival"}, {"Rival"})}),
        ElementsAre("p/data_collection: no plugin has a tool of this type in namespace 'Rival'; it has tools of "
                    "the type action",
                    hiddenTool));
}

TEST(Remarks, areNoneOnANamespaceWhoseToolsMayComeYet) {
    EXPECT_THAT(remarks({profile({"BashExecuter", "Rival"}), profile({"BashExecutor"})}, {"BashExecuter"}), IsEmpty());
    EXPECT_THAT(
        remarks({profile({"BashExecutor", "Rival"}, {"Rival"})}, {"Rival"}),
        ElementsAre("p/data_collection: no plugin has a tool of this type in namespace 'Rival'; it has tools of "
                    "the type action",
                    hiddenTool));
}

TEST(Remarks, tellANamespaceFromATool) {
    EXPECT_THAT(remarks({profile({"other", "Rival"}), profile({"BashExecutor"})}),
                ElementsAre("p/action: no plugin has a tool of this type in namespace 'other'; that is the name of a "
                            "tool, its namespace is 'Rival'"));
}

TEST(Remarks, nameAToolThatIsHidden) {
    EXPECT_THAT(remarks({profile({"Rival", "BashExecutor"})}), ElementsAre(hiddenTool));
    EXPECT_THAT(remarks({{"*", "default", {}, {}, true, "p"}}), ElementsAre(hiddenTool));
}

TEST(Remarks, areNoneOnNamesakesWhereTheyAreNotHidden) {
    const std::vector<std::shared_ptr<plugins::Slot>> slots{
        slot("shell", {tests::tool("execute_command", "BashExecutor")}),
        slot("rival", {tests::tool("execute_command", "Rival")})};
    const Router router({{"*", "default", {}, {}, true, "p"}}, ToolTable::build(slots));
    EXPECT_FALSE(remarksOn(router).empty());
    EXPECT_TRUE(remarksOn(router, {}, false).empty());
}

TEST(Remarks, nameAPluginThatNoProfileOffers) {
    EXPECT_THAT(remarks({profile({"Rival"})}),
                ElementsAre("/: no profile offers a tool of plugin 'shell': list its namespace in one (BashExecutor)"));
}

}  // namespace
}  // namespace aip::execution
