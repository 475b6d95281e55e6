#include "execution/heap_rest.h"

#include "tests/support/comes_true.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <future>

namespace {

using namespace std::chrono_literals;
using aip::execution::HeapRest;
using aip::tests::comesTrue;

struct Heap {
    std::atomic<int> given{0};
    aip::base::TimerQueue timers;
    HeapRest rest{timers, 1ms, [this] { ++given; }};
};

TEST(HeapRest, givesBackTwiceAfterMuchEachTime) {
    Heap heap;
    heap.rest.carried(HeapRest::least);
    EXPECT_TRUE(comesTrue([&] { return heap.given >= 2; }));
    heap.rest.carried(HeapRest::least);
    EXPECT_TRUE(comesTrue([&] { return heap.given >= 4; }));
}

TEST(HeapRest, addsUpWhatIsLittle) {
    Heap heap;
    for (std::size_t bytes = 0; bytes < HeapRest::least; bytes += HeapRest::busy / 2) {
        heap.rest.carried(HeapRest::busy / 2);
    }
    EXPECT_TRUE(comesTrue([&] { return heap.given == 2; }));
}

TEST(HeapRest, isNotPostponedByLittle) {
    Heap heap;
    heap.rest.carried(HeapRest::least);
    EXPECT_TRUE(comesTrue([&] {
        heap.rest.carried(1);
        return heap.given >= 2;
    }));
}

TEST(HeapRest, mayEndBeforeItGivesBack) {
    aip::base::TimerQueue timers;
    std::promise<void> ended;
    const auto now = std::chrono::steady_clock::now();
    timers.at(now, [over = ended.get_future().share()] { over.wait(); });
    std::atomic<bool> given{false};
    HeapRest(timers, 1ms, [&given] { given = true; }).carried(HeapRest::least);
    ended.set_value();
    std::atomic<bool> later{false};
    timers.at(now + 5ms, [&later] { later = true; });
    EXPECT_TRUE(comesTrue([&] { return later.load(); }));
    EXPECT_FALSE(given);
}

}  // namespace
