#include "lifecycle/task_guard.h"

#include <gtest/gtest.h>

#include <string>

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
    guard.sawCommand("s1", "t1");
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
    guard.sawCommand("s1", std::nullopt);
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

TEST(TaskGuard, remembersNoSessionWhoseIdIsTooLong) {
    const std::string longest(aip::protocol::maxIdSize, 's');
    TaskGuard guard;
    guard.sawCommand(longest, std::nullopt);
    guard.sawCommand(longest + "s", std::nullopt);
    guard.begin("t1", std::nullopt);
    EXPECT_FALSE(guard.end(longest));
    guard.sawCommand(longest + "s", "t1");
    EXPECT_FALSE(guard.current()->sessionId);
    EXPECT_TRUE(guard.end(longest + "s"));
    EXPECT_FALSE(guard.end(longest));
}

TEST(TaskGuard, aRefusalEndsOnlyATaskThatHasNotStarted) {
    TaskGuard guard;
    EXPECT_FALSE(guard.refused(std::nullopt));
    guard.begin("t1", "s1");
    guard.acknowledged("s1");
    EXPECT_EQ(guard.refused(std::nullopt), "t1");
    guard.begin("t2", "s2");
    guard.sawCommand("s2", std::nullopt);
    EXPECT_FALSE(guard.refused(std::nullopt));
    EXPECT_TRUE(guard.current());
}

TEST(TaskGuard, aRefusalOfAForeignSessionIsNotOurs) {
    TaskGuard guard;
    guard.sawCommand("foreign", "other");
    guard.begin("t1", "s1");
    EXPECT_FALSE(guard.refused("foreign"));
    EXPECT_EQ(guard.refused("s1"), "t1");
}

TEST(TaskGuard, aServerMayInventAnotherSession) {
    struct Row {
        const char* what;
        void (*then)(TaskGuard&);
    };
    const Row rows[] = {
        {"nothing else", [](TaskGuard&) {}},
        {"acknowledged", [](TaskGuard& guard) { guard.acknowledged("invented"); }},
        {"a COMMAND names the task", [](TaskGuard& guard) { guard.sawCommand("invented", "t1"); }},
        {"a COMMAND without a name", [](TaskGuard& guard) { guard.sawCommand("invented", std::nullopt); }},
        {"acknowledged, COMMAND",
         [](TaskGuard& guard) {
             guard.acknowledged("invented");
             guard.sawCommand("invented", "t1");
         }},
    };
    for (const auto& row : rows) {
        TaskGuard guard;
        guard.begin("t1", "s1");
        row.then(guard);
        EXPECT_TRUE(guard.end("invented")) << row.what;
        EXPECT_FALSE(guard.current()) << row.what;
    }
}

TEST(TaskGuard, aLateEndOfAnEarlierTaskIsNotThatOfTheNext) {
    struct Row {
        const char* what;
        void (*ended)(TaskGuard&);
    };
    const Row rows[] = {
        {"a last COMMAND or a TASK_END", [](TaskGuard& guard) { guard.end("s1"); }},
        {"refused", [](TaskGuard& guard) { guard.refused(std::nullopt); }},
        {"the connection was lost", [](TaskGuard& guard) { guard.connectionLost(); }},
        {"under an id that the server made up",
         [](TaskGuard& guard) {
             guard.end("made-up");
             guard.end("made-up");
         }},
    };
    for (const auto& row : rows) {
        TaskGuard guard;
        guard.begin("t1", "s1");
        row.ended(guard);
        EXPECT_TRUE(guard.begin("t2", "s2")) << row.what;
        EXPECT_FALSE(guard.end("s1")) << row.what;
        EXPECT_TRUE(guard.end("s2")) << row.what;
    }
}

TEST(TaskGuard, aSessionMayBeUsedAgainForTheNextTask) {
    TaskGuard guard;
    for (const char* name : {"t1", "t2"}) {
        EXPECT_TRUE(guard.begin(name, "s"));
        guard.sawCommand("s", std::nullopt);
        EXPECT_FALSE(guard.refused(std::nullopt));
        EXPECT_TRUE(guard.end("s"));
    }
}

TEST(TaskGuard, remembersTheLatestOfTheOtherSessions) {
    TaskGuard guard;
    for (int i = 0; i <= 1'000; ++i) {
        guard.sawCommand("other" + std::to_string(i), "theirs");
    }
    guard.begin("t1", "s1");
    EXPECT_FALSE(guard.end("other1000"));
    EXPECT_FALSE(guard.end("other1"));
    EXPECT_TRUE(guard.end("other0"));
}
