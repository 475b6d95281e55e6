#include "base/json_parser.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace {

using aip::base::Padding;
using aip::base::parseJson;
using aip::base::ThreadParser;

constexpr int mostLarge = 4;

/// Many threads parse it at the same time, each until the others that may are there. How many these were.
int parsedTogether(const std::string& text, int threads) {
    std::atomic<int> inside{0};
    std::atomic<int> most{0};
    std::vector<std::thread> all;
    for (int i = 0; i < threads; ++i) {
        all.emplace_back([&] {
            const ThreadParser parser;
            EXPECT_TRUE(parseJson(*parser, text, Padding::none));
            const int now = ++inside;
            for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) {
            }
            while (most < std::min(threads, mostLarge)) {
                std::this_thread::yield();
            }
            --inside;
        });
    }
    for (auto& each : all) {
        each.join();
    }
    return most;
}

TEST(LargeTexts, areParsedAFewAtATime) {
    EXPECT_EQ(parsedTogether("[" + std::string(300'000, ' ') + "]", 12), mostLarge);
}

TEST(LargeTexts, areParsedAgainByAThreadThatHasParsedOne) {
    const std::string text = "[" + std::string(300'000, ' ') + "]";
    for (int i = 0; i < 2 * mostLarge; ++i) {
        const ThreadParser parser;
        EXPECT_TRUE(parseJson(*parser, text, Padding::none));
        EXPECT_TRUE(parseJson(*parser, text, Padding::none));
    }
}

}  // namespace
