#include "app/service_state.h"

#include <gtest/gtest.h>

namespace aip::app {
namespace {

using namespace std::chrono_literals;

constexpr auto extended = "EXTEND_TIMEOUT_USEC=15000000";

base::Clock::TimePoint momentAt(std::chrono::microseconds time) {
    return base::Clock::TimePoint(time);
}

TEST(ServiceState, isReadyOnceWhenItHasStarted) {
    ServiceState state(false);
    EXPECT_EQ(state.registered(), "");
    EXPECT_EQ(state.started(), "READY=1");
    EXPECT_EQ(state.started(), "");
    EXPECT_EQ(state.registered(), "");
}

TEST(ServiceState, isReadyOnceWithTheFirstRegistrationIfThatIsWanted) {
    ServiceState state(true);
    EXPECT_EQ(state.started(), "");
    EXPECT_EQ(state.registered(), "READY=1");
    EXPECT_EQ(state.registered(), "");
}

TEST(ServiceState, aReloadEndsWithReadyWhenTheLastOneIsOver) {
    ServiceState state(false);
    state.started();
    EXPECT_EQ(state.reloading(momentAt(42us)), "RELOADING=1\nMONOTONIC_USEC=42");
    EXPECT_EQ(state.reloading(momentAt(43us)), "RELOADING=1\nMONOTONIC_USEC=43");
    EXPECT_EQ(state.reloaded(), "");
    EXPECT_EQ(state.reloaded(), "READY=1");
    EXPECT_EQ(state.reloaded(), "");
}

TEST(ServiceState, aReloadDoesNotMakeReadyWhatIsNot) {
    ServiceState state(true);
    state.started();
    EXPECT_EQ(state.reloading(momentAt(1us)), "");
    EXPECT_EQ(state.reloaded(), "");
    EXPECT_EQ(state.registered(), "READY=1");
}

TEST(ServiceState, nothingButTheStatusCountsWhileItStops) {
    ServiceState state(true);
    EXPECT_EQ(state.stopping(), std::string("STOPPING=1\n") + extended);
    EXPECT_EQ(state.stopping(), "");
    EXPECT_EQ(state.registered(), "");
    EXPECT_EQ(state.reloading(momentAt(1us)), "");
    EXPECT_EQ(state.reloaded(), "");
    EXPECT_EQ(state.status("draining"), "STATUS=draining");
}

TEST(ServiceState, aStatusIsToldOnce) {
    ServiceState state(false);
    EXPECT_EQ(state.status("a"), "STATUS=a");
    EXPECT_EQ(state.status("a"), "");
    EXPECT_EQ(state.status("b"), "STATUS=b");
}

TEST(ServiceState, onlyProgressFeedsTheWatchdogAndExtendsTheStop) {
    ServiceState state(false);
    state.started();
    EXPECT_EQ(state.turn(true, true), "WATCHDOG=1");
    EXPECT_EQ(state.turn(true, false), "");
    EXPECT_EQ(state.turn(false, true), "");
    state.stopping();
    EXPECT_EQ(state.turn(true, true), std::string("WATCHDOG=1\n") + extended);
    EXPECT_EQ(state.turn(true, false), extended);
    EXPECT_EQ(state.turn(false, true), "");
    EXPECT_EQ(state.turn(false, false), "");
}

}  // namespace
}  // namespace aip::app
