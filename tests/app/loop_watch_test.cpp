#include "app/loop_watch.h"

#include "tests/support/manual_clock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>

namespace aip::app {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

/// "fast" has a patience of 2 s, "slow" one of 9 s. They answer when the test says so.
class LoopWatches : public testing::Test {
  protected:
    LoopWatches() {
        watch.add({"fast", 2s, [this] { ++asked; }});
        watch.add({"slow", 9s, [this] { ++asked; }});
    }

    tests::ManualClock clock;
    LoopWatch watch{clock};
    int asked = 0;
};

TEST_F(LoopWatches, aLoopIsFrozenThatOwesItsBeatForLongerThanItsPatience) {
    EXPECT_THAT(watch.frozen(), IsEmpty());
    EXPECT_EQ(asked, 2);
    clock.advance(1999ms);
    EXPECT_THAT(watch.frozen(), IsEmpty());
    clock.advance(1ms);
    EXPECT_THAT(watch.frozen(), ElementsAre("fast"));
    clock.advance(7s);
    EXPECT_THAT(watch.frozen(), ElementsAre("fast", "slow"));
    EXPECT_EQ(asked, 2) << "who owes a beat is not asked again";
}

TEST_F(LoopWatches, aBeatEndsItAndItIsAskedAgain) {
    watch.frozen();
    clock.advance(5s);
    watch.beat("fast");
    EXPECT_THAT(watch.frozen(), IsEmpty());
    EXPECT_EQ(asked, 3);
    clock.advance(2s);
    EXPECT_THAT(watch.frozen(), ElementsAre("fast"));
}

TEST_F(LoopWatches, aLoopThatIsNotAskedIsNotFrozen) {
    clock.advance(1h);
    EXPECT_THAT(watch.frozen(), IsEmpty());
}

TEST_F(LoopWatches, saysHowLongABeatIsOwed) {
    watch.frozen();
    clock.advance(3s);
    watch.beat("slow");
    const auto ages = watch.ages();
    ASSERT_EQ(ages.size(), 2U);
    EXPECT_EQ(ages[0].owed, 3s);
    EXPECT_EQ(ages[0].beats, 0U);
    EXPECT_EQ(ages[1].owed, 0s);
    EXPECT_EQ(ages[1].beats, 1U);
}

TEST(LoopWatch, aLoopMayAnswerWithinTheQuestion) {
    const tests::ManualClock clock;
    LoopWatch watch(clock);
    watch.add({"idle", 0s, [&watch] { watch.beat("idle"); }});
    EXPECT_THAT(watch.frozen(), IsEmpty());
    EXPECT_THAT(watch.frozenAfter(1min), IsEmpty());
}

TEST(LoopWatch, waitsForThoseThatMayAnswerInTime) {
    const tests::ManualClock clock;
    LoopWatch watch(clock);
    std::thread other;
    watch.add({"busy", 0s, [&] { other = std::thread([&watch] { watch.beat("busy"); }); }});
    watch.add({"slow", 1h, [] {}});
    EXPECT_THAT(watch.frozenAfter(30s), IsEmpty());
    other.join();
}

TEST(LoopWatch, aLoopThatCannotBeAskedIsAskedTheNextTime) {
    const tests::ManualClock clock;
    LoopWatch watch(clock);
    int tries = 0;
    watch.add({"short", 0s, [&] {
                   if (++tries == 1) {
                       throw std::runtime_error("no memory");
                   }
               }});
    EXPECT_THAT(watch.frozen(), IsEmpty());
    EXPECT_THAT(watch.frozen(), ElementsAre("short"));
}

}  // namespace
}  // namespace aip::app
