#include "mcp_server/large_message.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;
using aip::mcp_server::LargeMessage;

/// How many of that size are parsed at a time by so many threads: each waits for those that are to be there, and then
/// whether one more comes.
int together(std::size_t size, int threads, int expected) {
    std::mutex mutex;
    std::condition_variable changed;
    int inside = 0;
    int most = 0;
    std::vector<std::thread> all;
    for (int i = 0; i < threads; ++i) {
        all.emplace_back([&] {
            const LargeMessage message(size);
            std::unique_lock lock(mutex);
            most = std::max(most, ++inside);
            changed.notify_all();
            changed.wait_for(lock, 30s, [&] { return most >= expected; });
            changed.wait_for(lock, 50ms, [&] { return most > expected; });
            --inside;
        });
    }
    for (auto& each : all) {
        each.join();
    }
    return most;
}

TEST(LargeMessage, isParsedBesideFewOthers) {
    EXPECT_EQ(together(LargeMessage::large + 1, 3 * LargeMessage::most, LargeMessage::most), LargeMessage::most);
}

TEST(LargeMessage, ofFewBytesIsNone) {
    constexpr int threads = 2 * LargeMessage::most;
    EXPECT_EQ(together(LargeMessage::large, threads, threads), threads);
}

}  // namespace
