#include "app/listen_address.h"

#include <gtest/gtest.h>

namespace aip::app {
namespace {

TEST(ListenAddress, isAnAddressAndAPort) {
    const auto four = listenAddress("127.0.0.1:8000");
    ASSERT_TRUE(four);
    EXPECT_EQ(four->host, "127.0.0.1");
    EXPECT_EQ(four->port, 8000);
    const auto six = listenAddress("[::1]:0");
    ASSERT_TRUE(six);
    EXPECT_EQ(six->host, "::1");
    EXPECT_EQ(six->port, 0);
    for (const char* text :
         {"", "8000", ":8000", "localhost:8000", "::1:8000", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:8 "}) {
        EXPECT_FALSE(listenAddress(text)) << text;
    }
}

TEST(ListenAddress, onlyTheLoopbackIsAllowedWhereThereIsNoKey) {
    for (const char* text : {"", "127.0.0.1:1", "127.1.2.3:1", "[::1]:1"}) {
        EXPECT_TRUE(checkLoopback(text)) << text;
    }
    for (const char* text : {"0.0.0.0:1", "[::]:1", "192.0.2.1:1", "localhost:1", "9464"}) {
        EXPECT_FALSE(checkLoopback(text)) << text;
    }
}

}  // namespace
}  // namespace aip::app
