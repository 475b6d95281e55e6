#include "mcp/relist.h"

#include <gtest/gtest.h>

namespace {

using aip::mcp::Relist;
using std::chrono::milliseconds;

const Relist::TimePoint start{std::chrono::hours(1)};

TEST(Relist, waitsALittleForMoreChanges) {
    Relist relist;
    EXPECT_EQ(relist.next(false), Relist::TimePoint::max());
    relist.changed(start);
    relist.changed(start + milliseconds(150));
    EXPECT_EQ(relist.next(false), start + Relist::pause);
    EXPECT_FALSE(relist.due(start + milliseconds(199), false));
    EXPECT_TRUE(relist.due(start + milliseconds(200), false));
    EXPECT_FALSE(relist.due(start + milliseconds(300), false));
}

TEST(Relist, asksOnceASecondAtMost) {
    Relist relist;
    relist.changed(start);
    ASSERT_TRUE(relist.due(start + Relist::pause, false));
    relist.changed(start + Relist::pause);
    EXPECT_EQ(relist.next(false), start + Relist::pause + Relist::between);
}

TEST(Relist, doesNotAskAServerThatListsAlreadyUnlessThatTakesTooLong) {
    Relist relist;
    relist.changed(start);
    ASSERT_TRUE(relist.due(start + Relist::pause, false));
    relist.changed(start + milliseconds(300));
    EXPECT_FALSE(relist.due(start + milliseconds(5'000), true));
    EXPECT_EQ(relist.next(true), start + Relist::pause + Relist::patience);
    EXPECT_TRUE(relist.due(start + milliseconds(5'000), false));
}

}  // namespace
