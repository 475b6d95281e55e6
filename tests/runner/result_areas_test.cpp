#include "runner/result_areas.h"

#include <gtest/gtest.h>

#include <sys/stat.h>

namespace {

using aip::hosting::Outcome;
using aip::link::Link;
using aip::link::Payload;
using aip::runner::ResultAreas;

constexpr std::uint64_t page = 64UL << 10U;  // the largest of any system
constexpr std::uint64_t large = 16 * page;
constexpr std::uint64_t mostKept = 25 * page;

/// Four places of a runner, seen from the agent's end.
struct SharedAreas {
    SharedAreas() {
        auto pair = Link::pair();
        here = std::move(pair->first);
        there = std::make_unique<Link>(std::move(pair->second));
        there->shareMemory(here->memory().descriptor().duplicate());
        areas = std::make_unique<ResultAreas>(*there, mostKept);
        areas->setPlaces(4);
    }

    /// A call whose result is not read yet.
    Payload finish(std::uint32_t place, std::uint64_t number, std::uint64_t size = large) {
        areas->begin(place);
        EXPECT_TRUE(areas->write(place, {std::string(size, 'x')}));
        return areas->end(place, number, Outcome::success(""));
    }
    void run(std::uint32_t place, std::uint64_t number, std::uint64_t size = large) {
        EXPECT_EQ(finish(place, number, size).size, size);
        areas->taken(place, number);
    }

    std::uint64_t heldBytes() const {
        struct stat status {};
        ::fstat(here->memory().descriptor().get(), &status);
        constexpr std::uint64_t block = 512;
        return static_cast<std::uint64_t>(status.st_blocks) * block;
    }
    std::string read(std::uint32_t place, std::uint64_t size = large) const {
        const auto text = here->memory().read(size, aip::link::areaOfResult(place));
        return text ? *text : text.error().text();
    }

    std::unique_ptr<Link> here;
    std::unique_ptr<Link> there;
    std::unique_ptr<ResultAreas> areas;
};

TEST(ResultAreas, keepTheMemoryOfAResultForTheNext) {
    SharedAreas shared;
    for (std::uint64_t number = 1; number <= 3; ++number) {
        shared.run(0, number);
        EXPECT_EQ(shared.heldBytes(), large);
    }
    shared.areas->giveBack();
    EXPECT_EQ(shared.heldBytes(), 0U);
}

TEST(ResultAreas, keepNoMoreThanOneBoundForAllPlaces) {
    SharedAreas shared;
    for (std::uint32_t place = 0; place < 4; ++place) {
        shared.finish(place, 1);
    }
    EXPECT_EQ(shared.heldBytes(), 4 * large);
    for (std::uint32_t place = 0; place < 4; ++place) {
        shared.areas->taken(place, 1);
    }
    EXPECT_EQ(shared.heldBytes(), mostKept);
}

TEST(ResultAreas, keepTheBeginningOfAResultBeyondTheBound) {
    SharedAreas shared;
    for (std::uint64_t number = 1; number <= 3; ++number) {
        shared.run(0, number, 3 * mostKept);
        EXPECT_EQ(shared.heldBytes(), mostKept);
    }
}

TEST(ResultAreas, keepWhatIsUsedRatherThanWhatIsNot) {
    SharedAreas shared;
    for (const std::uint32_t place : {3U, 2U, 1U}) {
        shared.run(place, 1);
    }
    shared.run(0, 1);
    shared.finish(0, 2);
    EXPECT_EQ(shared.heldBytes(), mostKept);  // its own memory once more, and the little that the others have left
}

TEST(ResultAreas, giveBackNothingThatIsNotReadYet) {
    SharedAreas shared;
    shared.finish(3, 1);
    shared.run(0, 1, 2 * mostKept);
    shared.areas->giveBack();
    EXPECT_EQ(shared.heldBytes(), large);
    EXPECT_EQ(shared.read(3), std::string(large, 'x'));
}

TEST(ResultAreas, countWhatACallOfAPlaceStillHolds) {
    SharedAreas shared;
    for (std::uint32_t place = 0; place < 4; ++place) {
        shared.run(place, 1);
        shared.areas->begin(place);  // and it takes long
    }
    EXPECT_EQ(shared.heldBytes(), mostKept);
}

TEST(ResultAreas, countAResultAsReadWhenTheNextCallOfItsPlaceBegins) {
    SharedAreas shared;
    for (std::uint32_t place = 0; place < 4; ++place) {
        shared.finish(place, 1);
        shared.areas->begin(place);
        shared.areas->taken(place, 1);
    }
    EXPECT_EQ(shared.heldBytes(), mostKept);
}

TEST(ResultAreas, giveBackWhatACallThatFailsHasWritten) {
    SharedAreas shared;
    shared.areas->begin(0);
    EXPECT_TRUE(shared.areas->write(0, {std::string(3 * mostKept, 'x')}));
    const Outcome failure = Outcome::failure(aip::base::Code::cancelled, "no longer wanted");
    EXPECT_EQ(shared.areas->end(0, 1, failure).text, "no longer wanted");
    EXPECT_EQ(shared.heldBytes(), mostKept);
}

TEST(ResultAreas, writeOnlyWhatIsLarge) {
    SharedAreas shared;
    shared.areas->begin(0);
    EXPECT_FALSE(shared.areas->write(0, {"null"}));
    const Outcome small = Outcome::success("null");
    EXPECT_EQ(shared.areas->end(0, 1, small).text, "null");
    EXPECT_EQ(shared.heldBytes(), 0U);
}

TEST(ResultAreas, forgetALargeResultForALaterOne) {
    SharedAreas shared;
    shared.areas->begin(0);
    EXPECT_TRUE(shared.areas->write(0, {std::string(large, 'x')}));
    EXPECT_FALSE(shared.areas->write(0, {"null"}));
    const Outcome small = Outcome::success("null");
    const Payload payload = shared.areas->end(0, 1, small);
    EXPECT_FALSE(payload.shared());
    EXPECT_EQ(payload.text, "null");
}

TEST(ResultAreas, keepNothingOfAResultThatIsNotSent) {
    SharedAreas shared;
    shared.finish(0, 1);
    shared.areas->notSent(0, 1);
    EXPECT_EQ(shared.heldBytes(), 0U);
    shared.run(0, 2);
    shared.areas->notSent(0, 1);
    EXPECT_EQ(shared.heldBytes(), large);
}

}  // namespace
