#include "base/timer_queue.h"

#include "base/thread_pool.h"

#include <gtest/gtest.h>

#include <future>
#include <new>

using aip::base::ThreadPool;
using aip::base::TimerQueue;
using std::chrono::steady_clock;
using namespace std::chrono_literals;

TEST(TimerQueue, runsActionsInTheOrderOfTheirTime) {
    std::promise<std::string> done;
    std::string order;
    TimerQueue timers;
    const auto now = steady_clock::now();
    timers.at(now + 30ms, [&] { done.set_value(order + "c"); });
    timers.at(now + 10ms, [&] { order += "a"; });
    timers.at(now + 20ms, [&] { order += "b"; });
    auto future = done.get_future();
    ASSERT_EQ(future.wait_for(10s), std::future_status::ready);
    EXPECT_EQ(future.get(), "abc");
}

TEST(TimerQueue, anEarlierActionIsNotHeldUpByALaterOne) {
    std::promise<void> done;
    TimerQueue timers;
    timers.at(steady_clock::now() + 1h, [] {});
    timers.at(steady_clock::now(), [&] { done.set_value(); });
    EXPECT_EQ(done.get_future().wait_for(10s), std::future_status::ready);
}

TEST(TimerQueue, doesNotRunWhatWasDropped) {
    std::promise<void> done;
    bool ran = false;
    TimerQueue timers;
    const auto now = steady_clock::now();
    const auto ticket = timers.at(now + 500ms, [&] { ran = true; });
    timers.at(now + 510ms, [&] { done.set_value(); });
    ticket.drop();
    ASSERT_EQ(done.get_future().wait_for(10s), std::future_status::ready);
    EXPECT_FALSE(ran);
}

TEST(TimerQueue, goesOnAfterAnActionWithoutMemory) {
    std::promise<void> done;
    TimerQueue timers;
    const auto now = steady_clock::now();
    timers.at(now, [] { throw std::bad_alloc(); });
    timers.at(now + 1ms, [&] { done.set_value(); });
    EXPECT_EQ(done.get_future().wait_for(10s), std::future_status::ready);
}

TEST(TimerQueue, aTicketMayOutliveIt) {
    TimerQueue::Ticket ticket;
    const auto held = std::make_shared<int>(1);
    {
        TimerQueue timers;
        ticket = timers.at(steady_clock::now() + 1h, [held] {});
    }
    EXPECT_EQ(held.use_count(), 1);
    ticket.drop();
    TimerQueue::Ticket().drop();
}

TEST(ThreadPool, runsEverythingBeforeItEnds) {
    std::atomic<int> count{0};
    {
        ThreadPool pool(3);
        for (int i = 0; i < 1000; ++i) {
            pool.run([&] { ++count; });
        }
    }
    EXPECT_EQ(count, 1000);
}
