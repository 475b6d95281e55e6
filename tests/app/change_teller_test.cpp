#include "app/change_teller.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <thread>

namespace {

using aip::app::ChangeTeller;
using aip::base::TimerQueue;

TEST(ChangeTeller, tellsOnceAndNotOnTheControlThread) {
    TimerQueue timers;
    std::promise<std::thread::id> control;
    const auto ticket = timers.at({}, [&] { control.set_value(std::this_thread::get_id()); });
    std::promise<std::thread::id> told;
    std::atomic<int> times{0};
    ChangeTeller teller(timers, [&] {
        if (++times == 1) {
            told.set_value(std::this_thread::get_id());
        }
    });
    for (int i = 0; i < 10; ++i) {
        teller.changed();
    }
    EXPECT_NE(told.get_future().get(), control.get_future().get());
    teller.stop();
    EXPECT_EQ(times, 1);
}

TEST(ChangeTeller, tellsNobodyAfterTheEnd) {
    TimerQueue timers;
    std::atomic<int> times{0};
    {
        ChangeTeller teller(timers, [&] { ++times; });
        teller.changed();
        teller.stop();
        teller.stop();
        teller.changed();
    }
    std::promise<void> later;
    const auto ticket =
        timers.at(std::chrono::steady_clock::now() + std::chrono::milliseconds(300), [&] { later.set_value(); });
    later.get_future().wait();
    EXPECT_EQ(times, 0);
}

}  // namespace
