#include "transport/address_plan.h"

#include <gtest/gtest.h>

namespace {

using namespace aip::transport;
using namespace std::chrono_literals;

const AddressPlan::TimePoint start{1h};

TEST(AddressPlan, waitsShortlyForAllAddressesButTheLast) {
    AddressPlan plan({"a", "b", "c"}, start + 10s);
    ASSERT_TRUE(plan.next());
    EXPECT_EQ(plan.address(), "a");
    EXPECT_EQ(plan.connectDeadline(start), start + AddressPlan::connectCap);
    ASSERT_TRUE(plan.next());
    EXPECT_EQ(plan.address(), "b");
    EXPECT_EQ(plan.connectDeadline(start + 2s), start + 4s);
    ASSERT_TRUE(plan.next());
    EXPECT_EQ(plan.address(), "c");
    EXPECT_EQ(plan.connectDeadline(start + 4s), start + 10s);
    EXPECT_FALSE(plan.next());
    EXPECT_EQ(plan.address(), "c");
}

TEST(AddressPlan, triesAllAddressesBeforeTheDeadline) {
    AddressPlan plan(std::vector<std::string>(100, "a"), start + 10s);
    auto now = start;
    while (plan.next()) {
        EXPECT_LT(now, start + 10s);
        now = plan.connectDeadline(now);
    }
    EXPECT_EQ(now, start + 10s);
}

TEST(AddressPlan, leavesTheHandshakeItsShare) {
    AddressPlan plan({"a", "b"}, start + 10s);
    plan.next();
    EXPECT_EQ(plan.handshakeDeadline(start), start + 5s);
    plan.next();
    EXPECT_EQ(plan.handshakeDeadline(start + 5s), start + 10s);
}

TEST(AddressPlan, mayBeEmpty) {
    AddressPlan plan;
    EXPECT_FALSE(plan.next());
}

}  // namespace
