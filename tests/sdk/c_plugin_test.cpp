#include "raw_plugin.h"

#include <gtest/gtest.h>

namespace {

TEST(CPlugin, runsWithoutTheWrapper) {
    aip::tests::RawPlugin plugin(COUNTER);
    EXPECT_STREQ(plugin.entry().id, "counter");
    ASSERT_EQ(plugin.start(), AIP_OK);
    EXPECT_EQ(plugin.execute("add", "{}").result, "1");
    EXPECT_EQ(plugin.execute("add", "{}").result, "2");
    const auto answer = plugin.execute("subtract", "{}");
    EXPECT_EQ(answer.status, AIP_NOT_FOUND);
    EXPECT_EQ(answer.error, "no such tool");
    plugin.stop();
}

TEST(CPlugin, hasNoExtensionThatItDoesNotKnow) {
    const aip::tests::RawPlugin plugin(COUNTER);
    EXPECT_EQ(plugin.extension<aip_device_info>(AIP_EXT_DEVICE_INFO), nullptr);
}

}  // namespace
