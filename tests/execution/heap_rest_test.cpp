#include "execution/heap_rest.h"

#include "tests/support/comes_true.h"

#include <gtest/gtest.h>

#include <atomic>

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
    heap.rest.carried(HeapRest::least - 1);
    heap.rest.carried(1);
    EXPECT_TRUE(comesTrue([&] { return heap.given == 2; }));
}

TEST(HeapRest, mayEndBeforeItGivesBack) {
    aip::base::TimerQueue timers;
    std::atomic<bool> given{false};
    HeapRest(timers, 1ms, [&given] { given = true; }).carried(HeapRest::least);
    std::atomic<bool> later{false};
    timers.at(std::chrono::steady_clock::now() + 5ms, [&later] { later = true; });
    EXPECT_TRUE(comesTrue([&] { return later.load(); }));
    EXPECT_FALSE(given);
}

}  // namespace
