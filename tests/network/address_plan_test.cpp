#include "network/address_plan.h"

#include <gtest/gtest.h>

namespace {

using namespace aip::network;
using namespace std::chrono_literals;

const AddressPlan::TimePoint began{1h};

TEST(AddressPlan, waitsShortlyForAllAddressesButTheLast) {
    AddressPlan plan({"a", "b", "c"}, began + 10s);
    ASSERT_TRUE(plan.next());
    EXPECT_EQ(plan.address(), "a");
    EXPECT_EQ(plan.connectDeadline(began), began + AddressPlan::connectCap);
    ASSERT_TRUE(plan.next());
    EXPECT_EQ(plan.address(), "b");
    EXPECT_EQ(plan.connectDeadline(began + 2s), began + 4s);
    ASSERT_TRUE(plan.next());
    EXPECT_EQ(plan.address(), "c");
    EXPECT_EQ(plan.connectDeadline(began + 4s), began + 10s);
    EXPECT_FALSE(plan.next());
    EXPECT_EQ(plan.address(), "c");
}

TEST(AddressPlan, triesAllAddressesBeforeTheDeadline) {
    AddressPlan plan(std::vector<std::string>(100, "a"), began + 10s);
    auto now = began;
    while (plan.next()) {
        EXPECT_LT(now, began + 10s);
        now = plan.connectDeadline(now);
    }
    EXPECT_EQ(now, began + 10s);
}

TEST(AddressPlan, leavesTheHandshakeItsShare) {
    AddressPlan plan({"a", "b"}, began + 10s);
    plan.next();
    EXPECT_EQ(plan.handshakeDeadline(began), began + 5s);
    plan.next();
    EXPECT_EQ(plan.handshakeDeadline(began + 5s), began + 10s);
}

TEST(AddressPlan, mayBeEmpty) {
    AddressPlan plan;
    EXPECT_FALSE(plan.next());
}

}  // namespace
