#include "app/plugin_wishes.h"

#include <gtest/gtest.h>

namespace {

using aip::app::PluginWish;
using aip::app::PluginWishes;

TEST(PluginWishes, waitOncePerPlugin) {
    PluginWishes wishes;
    EXPECT_TRUE(wishes.add("a", PluginWish::restart));
    EXPECT_TRUE(wishes.add("b", PluginWish::enable));
    EXPECT_FALSE(wishes.add("a", PluginWish::restart));
    EXPECT_EQ(wishes.take("a"), PluginWish::restart);
    EXPECT_EQ(wishes.take("a"), std::nullopt);
    EXPECT_TRUE(wishes.add("a", PluginWish::restart));
}

TEST(PluginWishes, comeToWhatTheyWouldOneAfterTheOther) {
    using enum PluginWish;
    const struct {
        PluginWish first;
        PluginWish second;
        PluginWish both;
    } rows[] = {{restart, disable, disable}, {disable, restart, restart}, {disable, enable, restart},
                {restart, enable, restart},  {enable, enable, enable},    {enable, disable, disable}};
    for (const auto& row : rows) {
        PluginWishes wishes;
        wishes.add("a", row.first);
        wishes.add("a", row.second);
        EXPECT_EQ(wishes.take("a"), row.both);
    }
}

}  // namespace
