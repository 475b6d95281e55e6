#include <aip/testing.hpp>

#include <gtest/gtest.h>

using aip::testing::Plugin;

TEST(Rack, saysWhereTheMachineStands) {
    Plugin<> rack({{"row", "B"}, {"slot", 3}});
    EXPECT_EQ(rack.deviceInfo().json,
              R"({"supported_features":["rack"],"custom_metadata":{"rack":{"row":"B","slot":3,"sensors":[]}}})");
}

TEST(Rack, countsItsSensorsAmongTheFeatures) {
    Plugin<> rack({{"row", "B"}, {"sensors", std::vector<std::string>{"heat"}}});
    EXPECT_NE(rack.deviceInfo().json.find(R"("supported_features":["rack","sensors"])"), std::string::npos);
}

TEST(Rack, doesNotStartWithoutARow) {
    EXPECT_THROW(Plugin<>(), aip::Error);
}
