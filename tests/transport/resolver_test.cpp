#include "transport/resolver.h"

#include "tests/support/websocket_peer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

using aip::tests::limit;
using aip::transport::Addresses;
using aip::transport::Resolution;
using testing::Contains;

TEST(Resolver, knowsNumericHostsAtOnce) {
    for (const std::string host : {"127.0.0.1", "::1"}) {
        const Resolution resolution(host, [] { FAIL() << "nothing to wait for"; });
        ASSERT_TRUE(resolution.result());
        EXPECT_THAT(**resolution.result(), Contains(host));
    }
}

TEST(Resolver, looksNamesUpOnAThreadOfItsOwn) {
    std::promise<void> done;
    const Resolution resolution("localhost", [&] { done.set_value(); });
    ASSERT_EQ(done.get_future().wait_for(limit), std::future_status::ready);
    ASSERT_TRUE(resolution.result() && *resolution.result());
    EXPECT_THAT(**resolution.result(), Contains("127.0.0.1"));
}

TEST(Resolver, needNotBeWaitedFor) {
    std::promise<void> answer;
    std::promise<void> done;
    {
        const Resolution resolution(
            "slow", [&] { done.set_value(); },
            [&](const std::string&) -> Addresses {
                answer.get_future().wait();
                return std::vector<std::string>{"127.0.0.1"};
            });
        EXPECT_FALSE(resolution.result());
    }
    answer.set_value();
    EXPECT_EQ(done.get_future().wait_for(limit), std::future_status::ready);
}
