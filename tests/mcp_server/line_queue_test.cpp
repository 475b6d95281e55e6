#include "mcp_server/line_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <thread>

namespace {

using aip::mcp::ToClient;
using aip::mcp_server::LineQueue;
using testing::HasSubstr;

TEST(LineQueue, givesLinesInTheirOrderUntilItIsClosed) {
    LineQueue queue(1000);
    queue.put({"1", "a", true});
    queue.put({"", "b", false});
    queue.close();
    queue.put({"2", "c", true});
    EXPECT_EQ(queue.take()->text, "a\n");
    EXPECT_EQ(queue.take()->text, "b\n");
    EXPECT_FALSE(queue.take());
    EXPECT_TRUE(queue.waitUntilTaken(std::chrono::steady_clock::now()));
}

TEST(LineQueue, isBounded) {
    LineQueue queue(100);
    queue.put({"1", std::string(90, 'a'), true});
    queue.put({"2", std::string(90, 'b'), true});
    queue.put({"3", std::string(90, 'c'), false});
    EXPECT_EQ(queue.take()->text.size(), 91U);
    EXPECT_THAT(queue.take()->text, HasSubstr("does not read"));
    queue.put({"4", std::string(500, 'd'), true});
    EXPECT_EQ(queue.take()->text.size(), 501U) << "one alone may be larger";
}

TEST(LineQueue, makesReadersWaitForRoom) {
    LineQueue queue(100);
    queue.waitForRoom();
    queue.put({"1", std::string(90, 'a'), true});
    std::thread reader([&] { queue.waitForRoom(); });
    queue.take();
    reader.join();
    queue.put({"2", std::string(90, 'a'), true});
    queue.stopWaiting();
    queue.waitForRoom();
}

TEST(LineQueue, keepsTheShareOfAMessageAsLongAsTheMessage) {
    const auto shared = std::make_shared<int>();
    const auto message = [&shared](std::string text) {
        ToClient made{"1", std::move(text), true};
        made.share = shared;
        return made;
    };
    LineQueue queue(100);
    queue.put(message("a"));
    EXPECT_EQ(shared.use_count(), 2);
    auto taken = queue.take();
    EXPECT_EQ(shared.use_count(), 2);
    taken.reset();
    EXPECT_EQ(shared.use_count(), 1);
    queue.put(message(std::string(90, 'b')));
    queue.put(message(std::string(90, 'c')));
    EXPECT_EQ(shared.use_count(), 3) << "they count elsewhere";
    queue.abandon();
    EXPECT_EQ(shared.use_count(), 1);
}

/// However much may wait of those that others count.
TEST(LineQueue, boundsWhatHasNoShare) {
    LineQueue queue(1UL << 30U);
    const std::string text(60'000, 'x');
    const std::size_t most = LineQueue::mostSmall / (text.size() + 1);
    for (std::size_t i = 0; i <= most; ++i) {
        queue.put({"1", text, true});
    }
    ToClient large{"2", text, true};
    large.share = std::make_shared<int>();
    queue.put(std::move(large));
    for (std::size_t i = 0; i < most; ++i) {
        EXPECT_EQ(queue.take()->text.size(), text.size() + 1);
    }
    EXPECT_THAT(queue.take()->text, HasSubstr("does not read"));
    EXPECT_EQ(queue.take()->text.size(), text.size() + 1);
}

TEST(LineQueue, makesReadersWaitForWhatHasNoShare) {
    LineQueue queue(1UL << 30U);
    const std::string text(60'000, 'x');
    for (std::size_t i = 0; i <= LineQueue::mostSmall / 2 / text.size(); ++i) {
        queue.put({"1", text, true});
    }
    EXPECT_FALSE(queue.hasRoom());
    auto reader = std::async(std::launch::async, [&queue] {
        queue.waitForRoom();
        return queue.hasRoom();
    });
    EXPECT_EQ(reader.wait_for(std::chrono::milliseconds(50)), std::future_status::timeout);
    queue.take();
    EXPECT_EQ(reader.wait_for(std::chrono::seconds(30)), std::future_status::ready);
    EXPECT_TRUE(reader.get());
}

TEST(LineQueue, dropsAllWhenNobodyReads) {
    LineQueue queue(100);
    queue.put({"1", "a", true});
    queue.abandon();
    queue.put({"2", "b", true});
    EXPECT_TRUE(queue.abandoned());
    EXPECT_TRUE(queue.waitUntilTaken(std::chrono::steady_clock::now()));
}

}  // namespace
