#include "lifecycle/device_profile.h"

#include "tests/support/agent_harness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
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
                      std::chrono::milliseconds timeout = std::chrono::seconds(20), const std::string& ownAddress = {},
                      std::chrono::milliseconds grace = std::chrono::milliseconds(50)) {
    base::TimerQueue timers;
    const base::SystemClock clock;
    const lifecycle::DeviceProfile profile(
        {"dev1", "linux", std::move(custom), timeout, grace}, [&] { return slots; }, timers, clock);
    std::promise<std::string> ready;
    profile.collect(ownAddress, [&](std::string info) { ready.set_value(std::move(info)); });
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

TEST(DeviceProfile, isNeverEmpty) {
    const std::string own = R"({"device_id":"dev1","custom_metadata":{"lab":"2"}})";
    EXPECT_EQ(collected({}, {{"lab", "2"}}), own);
    EXPECT_EQ(collected({describing("a", "")}, {{"lab", "2"}}), own);
    EXPECT_EQ(collected({describing("a", "[1]")}, {{"lab", "2"}}), own);
}

TEST(DeviceProfile, leavesOutOnlyTheSectionThatIsFaulty) {
    for (const auto& faulty :
         {std::string("[1]"), std::string("{"), std::string("null"),
          R"({"a":)" + std::string(40, '[') + std::string(40, ']') + "}",
          R"({"a":")" + std::string(300UL << 10U, 'x') + R"("})", std::string("{\"a\":\"\xE9\"}")}) {
        EXPECT_EQ(collected({describing("a", faulty), describing("b", R"({"hostname":"h"})")}),
                  R"({"device_id":"dev1","hostname":"h","custom_metadata":{}})");
    }
}

namespace {

/// Hangs until it is released; then its answer is late.
struct Hanging {
    std::promise<void> release;
    std::shared_ptr<tests::FakeSlot> slot =
        tests::fakeSlot("a", {}, [released = release.get_future().share()](hosting::Call&) {
            released.wait();
            return Outcome::success(R"({"late":true})");
        });
};

}  // namespace

TEST(DeviceProfile, waitsForItsTimeoutAndNotForTheGraceTime) {
    for (const auto grace : {std::chrono::milliseconds(50), std::chrono::milliseconds(std::chrono::hours(1))}) {
        Hanging hanging;
        EXPECT_EQ(collected({hanging.slot, describing("b", R"({"hostname":"h"})")}, {}, std::chrono::milliseconds(50),
                            {}, grace),
                  R"({"device_id":"dev1","hostname":"h","custom_metadata":{}})");
        hanging.release.set_value();
    }
}

TEST(DeviceProfile, asksOnceForAllWhoWaitAtTheSameTime) {
    std::atomic<int> asked{0};
    std::promise<void> release;
    const auto slot = tests::fakeSlot("a", {}, [&, released = release.get_future().share()](hosting::Call&) {
        ++asked;
        released.wait();
        return Outcome::success(R"({"n":)" + std::to_string(asked) + "}");
    });
    base::TimerQueue timers;
    const base::SystemClock clock;
    const lifecycle::DeviceProfile profile(
        {"dev1", "linux", {}, std::chrono::seconds(20)}, [&] { return tests::Slots{slot}; }, timers, clock);
    std::promise<std::string> first;
    std::atomic<int> others{0};
    profile.collect("192.0.2.7", [&](std::string info) { first.set_value(std::move(info)); });
    for (int i = 0; i < 50; ++i) {
        profile.collect("192.0.2.7", [&](const std::string& info) { others += info.empty() ? 0 : 1; });
    }
    release.set_value();
    EXPECT_THAT(first.get_future().get(), testing::HasSubstr(R"("n":1)"));
    EXPECT_TRUE(tests::comesTrue([&] { return others == 50; }));
    EXPECT_EQ(asked, 1);
    std::promise<std::string> later;
    profile.collect("192.0.2.7", [&](std::string info) { later.set_value(std::move(info)); });
    EXPECT_THAT(later.get_future().get(), testing::HasSubstr(R"("n":2)"));
}

TEST(DeviceProfile, asksAgainForAnotherAddress) {
    std::atomic<int> asked{0};
    std::promise<void> release;
    const auto slot = tests::fakeSlot("a", {}, [&, released = release.get_future().share()](hosting::Call&) {
        ++asked;
        released.wait();
        return Outcome::success("{}");
    });
    base::TimerQueue timers;
    const base::SystemClock clock;
    const lifecycle::DeviceProfile profile(
        {"dev1", "linux", {}, std::chrono::seconds(20)}, [&] { return tests::Slots{slot}; }, timers, clock);
    std::promise<std::string> old;
    std::promise<std::string> current;
    profile.collect("192.0.2.7", [&](std::string info) { old.set_value(std::move(info)); });
    profile.collect("192.0.2.8", [&](std::string info) { current.set_value(std::move(info)); });
    release.set_value();
    EXPECT_THAT(old.get_future().get(), testing::HasSubstr("192.0.2.7"));
    EXPECT_THAT(current.get_future().get(), testing::HasSubstr("192.0.2.8"));
    EXPECT_EQ(asked, 2);
}

TEST(DeviceProfile, mayEndWhilePluginsAreAsked) {
    std::atomic<int> answers{0};
    Hanging hanging;
    const base::SystemClock clock;
    {
        base::TimerQueue timers;
        const lifecycle::DeviceProfile profile(
            {"dev1", "linux", {}}, [&] { return tests::Slots{hanging.slot}; }, timers, clock);
        profile.collect({}, [&](const std::string&) { ++answers; });
    }
    hanging.release.set_value();
    EXPECT_TRUE(tests::comesTrue([&] { return answers == 1; }));
}
