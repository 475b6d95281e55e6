#include "mcp_server/line_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

namespace {

using aip::mcp_server::LineQueue;
using testing::HasSubstr;

TEST(LineQueue, givesLinesInTheirOrderUntilItIsClosed) {
    LineQueue box(1000);
    box.put({"1", "a", true});
    box.put({"", "b", false});
    box.close();
    box.put({"2", "c", true});
    EXPECT_EQ(box.take()->text, "a\n");
    EXPECT_EQ(box.take()->text, "b\n");
    EXPECT_FALSE(box.take());
    EXPECT_TRUE(box.waitUntilTaken(std::chrono::steady_clock::now()));
}

TEST(LineQueue, isBounded) {
    LineQueue box(100);
    box.put({"1", std::string(90, 'a'), true});
    box.put({"2", std::string(90, 'b'), true});
    box.put({"3", std::string(90, 'c'), false});
    EXPECT_EQ(box.take()->text.size(), 91U);
    EXPECT_THAT(box.take()->text, HasSubstr("does not read"));
    box.put({"4", std::string(500, 'd'), true});
    EXPECT_EQ(box.take()->text.size(), 501U) << "one alone may be larger";
}

TEST(LineQueue, makesReadersWaitForRoom) {
    LineQueue box(100);
    box.waitForRoom();
    box.put({"1", std::string(90, 'a'), true});
    std::thread reader([&] { box.waitForRoom(); });
    box.take();
    reader.join();
    box.put({"2", std::string(90, 'a'), true});
    box.stopWaiting();
    box.waitForRoom();
}

TEST(LineQueue, dropsAllWhenNobodyReads) {
    LineQueue box(100);
    box.put({"1", "a", true});
    box.abandon();
    box.put({"2", "b", true});
    EXPECT_TRUE(box.abandoned());
    EXPECT_TRUE(box.waitUntilTaken(std::chrono::steady_clock::now()));
}

}  // namespace
