#include "lifecycle/task_guard.h"

#include <gtest/gtest.h>

using aip::lifecycle::TaskGuard;

TEST(TaskGuard, letsOneTaskRunAtATime) {
    TaskGuard guard;
    EXPECT_TRUE(guard.begin("t1", "s1"));
    EXPECT_FALSE(guard.begin("t2", "s2"));
    EXPECT_EQ(guard.current()->name, "t1");
    EXPECT_TRUE(guard.end("s1"));
    EXPECT_TRUE(guard.begin("t2", "s2"));
}

TEST(TaskGuard, endsOnlyTheTaskThatIsNamed) {
    TaskGuard guard;
    guard.begin("t1", "s1");
    EXPECT_FALSE(guard.end("other"));
    EXPECT_FALSE(guard.end(std::nullopt));
    EXPECT_TRUE(guard.current());
}

TEST(TaskGuard, anUnknownSessionEndsATaskThatWasStartedWithoutOne) {
    TaskGuard guard;
    guard.begin("t1", std::nullopt);
    EXPECT_TRUE(guard.end("never-heard-of"));
    EXPECT_FALSE(guard.current());
}

TEST(TaskGuard, learnsTheSessionFromTheAcknowledgement) {
    TaskGuard guard;
    guard.begin("t1", std::nullopt);
    guard.acknowledged("s1");
    EXPECT_FALSE(guard.end("other"));
    EXPECT_TRUE(guard.end("s1"));
}

TEST(TaskGuard, learnsTheSessionFromACommandOfTheTask) {
    TaskGuard guard;
    guard.begin("t1", std::nullopt);
    guard.sawCommand("s1", "t1");
    EXPECT_FALSE(guard.end("other"));
    EXPECT_TRUE(guard.end("s1"));
}

TEST(TaskGuard, theEndOfAForeignSessionDoesNotEndOurs) {
    TaskGuard guard;
    guard.begin("t1", std::nullopt);
    guard.sawCommand("const1@session", "const_task");
    EXPECT_FALSE(guard.end("const1@session"));
    EXPECT_TRUE(guard.current());
}
