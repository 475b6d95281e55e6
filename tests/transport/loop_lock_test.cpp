#include "transport/loop_lock.h"

#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <stdexcept>
#include <thread>
#include <vector>

using aip::transport::LoopLock;

TEST(LoopLock, runsAJobOnlyWhileTheLoopSleeps) {
    LoopLock lock;
    int jobs = 0;
    const auto tryOne = [&] { return lock.tryRun([&jobs] { ++jobs; }); };
    EXPECT_FALSE(tryOne());
    {
        const LoopLock::Sleep sleep(lock);
        EXPECT_TRUE(tryOne());
        EXPECT_TRUE(tryOne());
    }
    EXPECT_FALSE(tryOne());
    EXPECT_EQ(jobs, 2);
}

TEST(LoopLock, runsNoJobWithinAnother) {
    LoopLock lock;
    const LoopLock::Sleep sleep(lock);
    bool second = true;
    EXPECT_TRUE(lock.tryRun([&] { second = lock.tryRun([] {}); }));
    EXPECT_FALSE(second);
}

TEST(LoopLock, isFreeAfterAJobThatThrows) {
    LoopLock lock;
    {
        const LoopLock::Sleep sleep(lock);
        EXPECT_THROW(lock.tryRun([] { throw std::runtime_error("x"); }), std::runtime_error);
        EXPECT_TRUE(lock.tryRun([] {}));
    }
}

TEST(LoopLock, theLoopWaitsForTheJobThatRuns) {
    LoopLock lock;
    std::optional<LoopLock::Sleep> sleep(std::in_place, lock);
    std::atomic<bool> running{false};
    std::atomic<bool> mayEnd{false};
    bool ended = false;  // without a lock of its own
    std::thread other([&] {
        EXPECT_TRUE(lock.tryRun([&] {
            running = true;
            running.notify_all();
            mayEnd.wait(false);
            ended = true;
        }));
    });
    running.wait(false);
    EXPECT_FALSE(lock.tryRun([] {}));
    mayEnd = true;
    mayEnd.notify_all();
    sleep.reset();
    EXPECT_TRUE(ended);
    other.join();
}

/// That this test ends shows that the loop gets its turns; that the numbers agree, that nobody else had them then.
TEST(LoopLock, theLoopHasItsTurnsWhile8ThreadsSpin) {
    constexpr int turns = 200;
    LoopLock lock;
    std::atomic<bool> over{false};
    std::atomic<long> ran{0};
    long owned = 0;  // by the lock
    std::vector<std::thread> others;
    for (int i = 0; i < 8; ++i) {
        others.emplace_back([&] {
            while (!over) {
                ran += lock.tryRun([&owned] { ++owned; }) ? 1 : 0;
                std::this_thread::yield();
            }
        });
    }
    for (int i = 0; i < turns; ++i) {
        ++owned;
        const LoopLock::Sleep sleep(lock);
        std::this_thread::yield();
    }
    over = true;
    for (auto& other : others) {
        other.join();
    }
    EXPECT_EQ(owned, turns + ran);
}
