#include "hosting/result_room.h"

#include "hosting/call_bridge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

using namespace aip;
using hosting::CallBridge;
using hosting::Outcome;
using testing::HasSubstr;

namespace {

constexpr std::size_t maxResultSize = 1'000;

class ResultRoom : public testing::Test {
  protected:
    char* give(std::size_t size) const { return room->give(room, bridge.table(), size); }
    void set(std::size_t size) const { room->set(room, bridge.table(), size); }

    /// Writes it to room for `size` bytes.
    void write(std::string_view json, std::size_t size) const {
        char* place = give(size);
        ASSERT_NE(place, nullptr);
        json.copy(place, json.size());
    }

    const aip_result_room* room = hosting::resultRoomTable();
    CallBridge bridge{std::make_shared<hosting::Call>(hosting::Call::Request{}, [](Outcome) {}), maxResultSize};
};

TEST_F(ResultRoom, holdsTheResult) {
    write("[1,2]", 5);
    set(5);
    EXPECT_EQ(bridge.finish(AIP_OK).json, "[1,2]");
}

TEST_F(ResultRoom, mayBeLargerThanTheResult) {
    write("[1]", 100);
    set(3);
    EXPECT_EQ(bridge.finish(AIP_OK).json, "[1]");
}

TEST_F(ResultRoom, isNotKeptForAResultThatIsMuchSmaller) {
    write("[1]", 1'000);
    set(3);
    EXPECT_LT(bridge.finish(AIP_OK).json.capacity(), 200U);
}

TEST_F(ResultRoom, countsForNothingUntilItIsSet) {
    write("[1]", 3);
    EXPECT_EQ(bridge.finish(AIP_OK).json, "null");
}

TEST_F(ResultRoom, isOnlyAsLargeAsWasAskedFor) {
    write("[1]", 3);
    set(4);
    EXPECT_THAT(bridge.finish(AIP_OK).error, HasSubstr("has 4 bytes, its room 3"));
}

TEST_F(ResultRoom, isAskedForBeforeItIsSet) {
    set(1);
    EXPECT_THAT(bridge.finish(AIP_OK).error, HasSubstr("has 1 bytes, its room 0"));
}

TEST_F(ResultRoom, isNotLargerThanAResult) {
    EXPECT_NE(give(maxResultSize), nullptr);
    EXPECT_EQ(give(maxResultSize + 1), nullptr);
    EXPECT_EQ(give(~std::size_t{0}), nullptr);
}

TEST_F(ResultRoom, isGoneWhenAnotherResultIsSet) {
    write("[1]", 3);
    bridge.table()->set_result(bridge.table(), {"2", 1});
    EXPECT_EQ(bridge.finish(AIP_OK).json, "2");
}

TEST_F(ResultRoom, doesNotHideALaterResult) {
    write("[1]", 3);
    set(3);
    bridge.table()->set_result(bridge.table(), {"2", 1});
    EXPECT_EQ(bridge.finish(AIP_OK).json, "2");
}

TEST_F(ResultRoom, isGoneWhenTheCallIsOver) {
    bridge.finish(AIP_OK);
    EXPECT_EQ(give(1), nullptr);
    set(0);
}

TEST_F(ResultRoom, isOfNoUseWhereResultsAreStoredElsewhere) {
    CallBridge keeping(std::make_shared<hosting::Call>(hosting::Call::Request{}, [](Outcome) {}), maxResultSize,
                       [](std::string_view) { return true; });
    EXPECT_EQ(room->give(room, keeping.table(), 1), nullptr);
}

}  // namespace
