#include "mcp_server/offered_tools.h"

#include "tests/mcp_server/harness.h"

#include <gtest/gtest.h>

namespace {

using namespace aip::tests;
using aip::mcp_server::OfferedTools;

TEST(OfferedTools, isThatOfTheProfileAndOfNow) {
    aip::execution::LiveRouter router(everythingOf({workshop()}));
    OfferedTools all(router, "all");
    OfferedTools none(router, "other");
    const auto first = all.current();
    EXPECT_EQ(first->list.all().size(), 5U);
    EXPECT_EQ(first, all.current());
    EXPECT_EQ(first->keys.at("strict"), (aip::mcp::ToolKey{"action", "Other", "strict"}));
    EXPECT_TRUE(none.current()->list.all().empty());
    const auto other = fakeSlot("other", {tool("go")}, [](auto&) { return aip::hosting::Outcome::success("1"); });
    router.replace(everythingOf({other}));
    ASSERT_EQ(all.current()->list.all().size(), 1U);
    EXPECT_EQ(all.current()->list.all().front().name, "go");
    EXPECT_EQ(first->list.all().size(), 5U);
}

TEST(OfferedTools, hasNamesakesOfOtherNamespaces) {
    const auto never = [](auto&) { return aip::hosting::Outcome::success("1"); };
    aip::execution::LiveRouter router(
        everythingOf({fakeSlot("first", {tool("read", "Home"), tool("write", "Home")}, never),
                      fakeSlot("second", {tool("read", "Work"), tool("list", "Work")}, never)}));
    const auto tools = OfferedTools(router, "all").current();
    EXPECT_EQ(tools->list.all().size(), 4U);
    EXPECT_EQ(tools->keys.at("read"), (aip::mcp::ToolKey{"action", "Home", "read"}));
    EXPECT_EQ(tools->keys.at("Work_read"), (aip::mcp::ToolKey{"action", "Work", "read"}));
    EXPECT_EQ(tools->keys.count("list"), 1U);
}

TEST(OfferedTools, holdsNoPlugin) {
    auto slot = workshop();
    const std::weak_ptr<FakeSlot> watched = slot;
    aip::execution::LiveRouter router(everythingOf({slot}));
    slot.reset();
    OfferedTools all(router, "all");
    const auto tools = all.current();
    router.replace(everythingOf({}));
    EXPECT_TRUE(comesTrue([&] { return watched.expired(); }));
}

TEST(OfferedTools, isEmptyBeforeThereIsASetOfPlugins) {
    const aip::execution::LiveRouter router(nullptr);
    EXPECT_TRUE(OfferedTools(router, "all").current()->list.all().empty());
}

}  // namespace
