#include "mcp_server/line_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
    EXPECT_EQ(shared.use_count(), 2) << "an error stands in the place of the second";
    queue.abandon();
    EXPECT_EQ(shared.use_count(), 1);
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
