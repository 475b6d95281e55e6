#include "usual_configuration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aip::agentctl {
namespace {

using testing::ElementsAre;

TEST(UsualConfiguration, isThatOfTheUserThenThatOfTheSystem) {
    constexpr auto system = "/etc/aip-agent/aip-agent.ini";
    EXPECT_THAT(configurationPlaces(false, "", "/home/a"),
                ElementsAre("/home/a/.config/aip-agent/aip-agent.ini", system));
    EXPECT_THAT(configurationPlaces(false, "/c", "/home/a"), ElementsAre("/c/aip-agent/aip-agent.ini", system));
    EXPECT_THAT(configurationPlaces(false, "c", "/home/a"),
                ElementsAre("/home/a/.config/aip-agent/aip-agent.ini", system));
    EXPECT_THAT(configurationPlaces(false, "c", ""), ElementsAre(system));
    EXPECT_THAT(configurationPlaces(true, "/c", "/root"), ElementsAre(system));
}

}  // namespace
}  // namespace aip::agentctl
