#include "lifecycle/device_profile.h"

#include "tests/support/agent_harness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

using namespace aip;
using hosting::Outcome;

namespace {

std::shared_ptr<plugins::Slot> describing(const std::string& id, const std::string& json) {
    return tests::fakeSlot(id, {}, [json](hosting::Call& call) {
        EXPECT_EQ(call.request().kind, hosting::Call::Kind::collect);
        return json.empty() ? Outcome::failure(base::Code::internal, "no idea") : Outcome::success(json);
    });
}

std::string collected(const tests::Slots& slots, std::map<std::string, std::string> custom = {},
                      std::chrono::milliseconds timeout = std::chrono::seconds(20), std::string ownAddress = {}) {
    base::TimerQueue timers;
    const base::SystemClock clock;
    const tests::ProfileHarness device(timers, clock, slots, {"dev1", "linux", std::move(custom), timeout},
                                       std::chrono::milliseconds(50));
    std::promise<std::string> ready;
    device.profile.collect(std::move(ownAddress), [&](std::string info) { ready.set_value(std::move(info)); });
    return ready.get_future().get();
}

}  // namespace

TEST(DeviceProfile, writesTheKeysInTheOrderOfTheReference) {
    EXPECT_EQ(collected({describing("a", R"({"hostname":"h","cpu_count":2,"memory_total_gb":23.54,"os_version":"v",
                         "platform":"linux","schema_version":"1.0","platform_type":"computer","ip_address":"192.0.2.1",
                         "supported_features":["cli"]})")}),
              R"({"device_id":"dev1","platform":"linux","os_version":"v","cpu_count":2,"memory_total_gb":23.54,)"
              R"("hostname":"h","ip_address":"192.0.2.1","supported_features":["cli"],"platform_type":"computer",)"
              R"("schema_version":"1.0","custom_metadata":{}})");
}

TEST(DeviceProfile, mergesTheSectionsOfSeveralPlugins) {
    EXPECT_EQ(
        collected({describing("a", R"({"hostname":"first","supported_features":["cli"],"custom_metadata":{"x":1}})"),
                   describing("b", R"({"hostname":"second","supported_features":["gui"],
                                             "custom_metadata":{"x":2,"y":{"z":3}},"extra":true})")},
                  {{"y", "configured"}}),
        R"({"device_id":"dev1","hostname":"first","supported_features":["cli","gui"],)"
        R"("custom_metadata":{"y":"configured","x":1},"extra":true})");
}

TEST(DeviceProfile, prefersTheAddressOfTheConnectionToThatOfAPlugin) {
    const auto plugin = describing("a", R"({"ip_address":"172.17.0.1","hostname":"h"})");
    EXPECT_EQ(collected({plugin}, {}, std::chrono::seconds(20), "192.0.2.7"),
              R"({"device_id":"dev1","hostname":"h","ip_address":"192.0.2.7","custom_metadata":{}})");
    EXPECT_EQ(collected({plugin}),
              R"({"device_id":"dev1","hostname":"h","ip_address":"172.17.0.1","custom_metadata":{}})");
}

TEST(DeviceProfile, leavesOutAPluginThatFails) {
    EXPECT_EQ(collected({describing("a", ""), describing("b", R"({"hostname":"h"})")}),
              R"({"device_id":"dev1","hostname":"h","custom_metadata":{}})");
}

TEST(DeviceProfile, isEmptyIfNothingCanBeCollected) {
    EXPECT_EQ(collected({}), "");
    EXPECT_EQ(collected({describing("a", "")}), "");
    EXPECT_EQ(collected({describing("a", "[1]")}), "");
}

TEST(DeviceProfile, doesNotWaitForAPluginThatHangs) {
    std::promise<void> release;
    auto released = release.get_future().share();
    const auto hanging = tests::fakeSlot("a", {}, [released](hosting::Call&) {
        released.wait();
        return Outcome::success("{}");
    });
    EXPECT_EQ(collected({hanging, describing("b", R"({"hostname":"h"})")}, {}, std::chrono::milliseconds(50)),
              R"({"device_id":"dev1","hostname":"h","custom_metadata":{}})");
    release.set_value();
}
