#include "audit/record_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace aip::audit {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

std::shared_ptr<CallRecord> call(const std::string& parameters = "{}") {
    const Asked asked{.parameters = parameters};
    return std::shared_ptr<CallRecord>(new CallRecord{CallTexts(asked), nullptr, {}, {}});
}

std::shared_ptr<const EventRecord> happened() {
    return std::make_shared<const EventRecord>(EventRecord{"e", "", {}});
}

RecordQueue::Taken takeNow(RecordQueue& queue) {
    auto taken = queue.take(std::chrono::steady_clock::now());
    queue.release();
    return taken;
}

TEST(RecordQueue, keepsAPlaceForTheEndOfEachCall) {
    RecordQueue queue({.records = 4});
    const auto first = call();
    EXPECT_TRUE(queue.putBegun(first));
    EXPECT_TRUE(queue.putBegun(call()));
    EXPECT_FALSE(queue.putBegun(call()));
    queue.putEnded(first);
    EXPECT_FALSE(queue.putBegun(call()));
    const auto taken = takeNow(queue);
    EXPECT_EQ(taken.items.size(), 3U);
    EXPECT_TRUE(std::holds_alternative<Ended>(taken.items.back()));
    EXPECT_EQ(taken.refused, 2U);
    EXPECT_TRUE(queue.putBegun(call()));
    EXPECT_FALSE(queue.putBegun(call())) << "two calls run, and one record waits";
    EXPECT_THAT(queue.refusal(), HasSubstr("its queue is full; the call is not carried out"));
    queue.setFault(base::Error(base::Code::exhausted, "no space"));
    EXPECT_THAT(queue.refusal(), HasSubstr("its file cannot be written: EXHAUSTED"));
}

TEST(RecordQueue, takesParametersUpToItsLimitButThoseOfOneCallAlways) {
    RecordQueue queue({.bytes = 10});
    EXPECT_TRUE(queue.putBegun(call(std::string(100, 'x'))));
    EXPECT_FALSE(queue.putBegun(call("{}")));
    takeNow(queue);
    EXPECT_TRUE(queue.putBegun(call(std::string(6, 'x'))));
    EXPECT_TRUE(queue.putBegun(call(std::string(4, 'x'))));
    EXPECT_FALSE(queue.putBegun(call("x")));
}

TEST(RecordQueue, hasPlacesOfTheirOwnForEvents) {
    RecordQueue queue({.records = 2, .events = 2});
    EXPECT_TRUE(queue.putBegun(call()));
    EXPECT_TRUE(queue.putEvent(happened()));
    EXPECT_TRUE(queue.putEvent(happened()));
    EXPECT_FALSE(queue.putEvent(happened()));
    const auto taken = takeNow(queue);
    EXPECT_EQ(taken.items.size(), 3U);
    EXPECT_EQ(taken.missed, 1U);
    EXPECT_TRUE(queue.putEvent(happened()));
}

TEST(RecordQueue, countsWhatTheWriterHasTakenUntilItIsReleased) {
    RecordQueue queue({.records = 4, .bytes = 10});
    const auto first = call(std::string(6, 'x'));
    EXPECT_TRUE(queue.putBegun(first));
    queue.putEnded(first);
    EXPECT_TRUE(queue.putEvent(happened()));
    EXPECT_EQ(queue.take(std::chrono::steady_clock::now()).items.size(), 3U);
    EXPECT_EQ(queue.standing().waiting, 3U);
    EXPECT_FALSE(queue.standing().full);
    EXPECT_TRUE(queue.putBegun(call("{}")));
    EXPECT_TRUE(queue.standing().full);
    EXPECT_FALSE(queue.putBegun(call("{}")));
    queue.release();
    EXPECT_EQ(queue.standing().waiting, 1U);
    EXPECT_TRUE(queue.putBegun(call("{}")));
}

/// Calls that run do not take the room of those that wait for the disk.
TEST(RecordQueue, hasPlacesBesideForTheEndsOfCallsThatRun) {
    RecordQueue queue({.records = 2, .open = 2});
    EXPECT_TRUE(queue.putBegun(call()));
    EXPECT_FALSE(queue.putBegun(call())) << "one record waits";
    takeNow(queue);
    EXPECT_TRUE(queue.putBegun(call())) << "one call runs";
    takeNow(queue);
    EXPECT_TRUE(queue.putBegun(call())) << "two calls run";
    takeNow(queue);
    EXPECT_FALSE(queue.putBegun(call())) << "three calls run";
}

TEST(RecordQueue, givesAllRecordsInTheirOrderAndThenStops) {
    RecordQueue queue({.records = 2'000});
    std::vector<std::shared_ptr<CallRecord>> calls;
    for (int i = 0; i < 700; ++i) {
        calls.push_back(call());
        ASSERT_TRUE(queue.putBegun(calls.back()));
        queue.putEnded(calls.back());
    }
    queue.stop();
    EXPECT_FALSE(queue.putBegun(call())) << "it is closed";
    EXPECT_THAT(queue.refusal(), HasSubstr("it is closed"));
    std::size_t count = 0;
    for (bool last = false; !last;) {
        const auto taken = queue.take(std::chrono::steady_clock::time_point::max());
        for (const auto& item : taken.items) {
            const auto* begun = std::get_if<Begun>(&item);
            const auto& record = begun != nullptr ? begun->call : std::get<Ended>(item).call;
            EXPECT_EQ(record, calls[count / 2]);
            EXPECT_EQ(begun != nullptr, count % 2 == 0);
            ++count;
        }
        last = taken.last;
    }
    EXPECT_EQ(count, 1'400U);
}

/// Until it is crowded.
void crowd(RecordQueue& queue) {
    while (!queue.isCrowded()) {
        const auto one = call();
        ASSERT_TRUE(queue.putBegun(one));
        queue.putEnded(one);
    }
}

TEST(RecordQueue, letsCallersWaitForRoomUntilThatIsInVain) {
    RecordQueue queue({.records = 16});
    queue.awaitRoom(1h);  // there is room
    crowd(queue);
    auto waiting = std::async(std::launch::async, [&] { queue.awaitRoom(1h); });
    takeNow(queue);
    waiting.get();
    crowd(queue);
    queue.awaitRoom(1ms);  // in vain
    queue.awaitRoom(1h);   // nobody waits any more
    takeNow(queue);
    crowd(queue);
    waiting = std::async(std::launch::async, [&] { queue.awaitRoom(1h); });
    queue.setFault(base::Error(base::Code::exhausted, "no space"));
    waiting.get();
    queue.setFault({});
    waiting = std::async(std::launch::async, [&] { queue.awaitRoom(1h); });
    queue.stop();
    waiting.get();
}

TEST(RecordQueue, isCrowdedByLargeParametersToo) {
    RecordQueue queue({.bytes = 100});
    EXPECT_TRUE(queue.putBegun(call(std::string(80, 'x'))));
    EXPECT_TRUE(queue.isCrowded());
    takeNow(queue);
    EXPECT_FALSE(queue.isCrowded());
}

TEST(RecordQueue, wakesAWriterThatSleeps) {
    RecordQueue queue;
    auto taken = std::async(std::launch::async, [&] { return queue.take(std::chrono::steady_clock::now() + 30s); });
    EXPECT_TRUE(queue.putBegun(call()));
    queue.wake();
    EXPECT_EQ(taken.get().items.size(), 1U);
    taken = std::async(std::launch::async, [&] { return queue.take(std::chrono::steady_clock::now() + 30s); });
    EXPECT_TRUE(queue.putEvent(happened()));
    EXPECT_EQ(taken.get().items.size(), 1U);
    taken = std::async(std::launch::async, [&] { return queue.take(std::chrono::steady_clock::now() + 30s); });
    queue.stop();
    EXPECT_TRUE(taken.get().last);
    EXPECT_TRUE(queue.stoppedWithin(30s));
}

TEST(RecordQueue, countsWhatManyThreadsPut) {
    RecordQueue queue({.records = 64});
    std::vector<std::thread> threads;
    std::atomic<std::uint64_t> refused{0};
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int n = 0; n < 2'000; ++n) {
                const auto one = call();
                if (queue.putBegun(one)) {
                    queue.putEnded(one);
                } else {
                    ++refused;
                }
            }
        });
    }
    std::uint64_t written = 0;
    std::uint64_t counted = 0;
    std::thread writer([&] {
        for (bool last = false; !last;) {
            const auto taken = queue.take(std::chrono::steady_clock::now() + 30s);
            written += taken.items.size();
            counted += taken.refused;
            queue.release();
            last = taken.last;
        }
    });
    for (auto& thread : threads) {
        thread.join();
    }
    queue.stop();
    writer.join();
    EXPECT_EQ(counted, refused);
    EXPECT_EQ(written / 2 + refused, 8'000U);
}

}  // namespace
}  // namespace aip::audit
