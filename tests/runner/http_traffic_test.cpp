#include "runner/http_traffic.h"

#include <gtest/gtest.h>

#include <chrono>
#include <future>

namespace {

using namespace std::chrono_literals;
using aip::runner::HttpTraffic;

TEST(HttpTraffic, aPauseEndsWithItsTime) {
    HttpTraffic traffic({});
    const auto exchange = traffic.open(1);
    EXPECT_TRUE(exchange);
    EXPECT_TRUE(traffic.pause(1, 1ms));
    EXPECT_TRUE(traffic.pause(1ms));
}

TEST(HttpTraffic, aPauseEndsWithItsRequest) {
    HttpTraffic traffic({});
    traffic.open(1);
    traffic.open(2);
    auto pausing = std::async(std::launch::async, [&] { return traffic.pause(1, 1h); });
    traffic.cancel(2);
    traffic.cancel(1);
    traffic.cancel(3);
    EXPECT_FALSE(pausing.get());
    EXPECT_FALSE(traffic.pause(1, 1h));
    traffic.open(1);
    traffic.close(1);
    EXPECT_FALSE(traffic.pause(1, 1h));
}

TEST(HttpTraffic, nothingBeginsAfterAStop) {
    HttpTraffic traffic({});
    traffic.open(1);
    traffic.open(2);
    traffic.cancel(2);
    const auto stream = traffic.openStream();
    auto pausing = std::async(std::launch::async, [&] { return traffic.pause(1, 1h); });
    traffic.stop();
    EXPECT_FALSE(pausing.get());
    EXPECT_FALSE(traffic.pause(1h));
    EXPECT_FALSE(traffic.open(3) || traffic.openNote() || traffic.openStream());
    EXPECT_FALSE(traffic.run([] {}));
    traffic.awaitJobs();
}

}  // namespace
