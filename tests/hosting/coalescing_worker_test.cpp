#include "hosting/coalescing_worker.h"

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <new>

namespace {

using aip::hosting::CoalescingWorker;
using namespace std::chrono_literals;

TEST(CoalescingWorker, goesOnAfterAJobWithoutMemory) {
    std::promise<void> first;
    std::promise<void> second;
    CoalescingWorker worker;
    worker.demand([&] {
        first.set_value();
        throw std::bad_alloc();
    });
    ASSERT_EQ(first.get_future().wait_for(60s), std::future_status::ready);
    worker.demand([&] { second.set_value(); });
    EXPECT_EQ(second.get_future().wait_for(60s), std::future_status::ready);
    EXPECT_TRUE(worker.stop(60s));
}

}  // namespace
