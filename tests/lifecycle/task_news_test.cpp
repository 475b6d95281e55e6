#include "lifecycle/task_news.h"

#include <gtest/gtest.h>

#include <new>
#include <string>

namespace {

using aip::execution::RunningTasks;
using aip::lifecycle::TaskGuard;
using aip::lifecycle::TaskNews;

/// The guard, and what is passed on: "+t1/s1" is a begin, "-t1/s1" an end.
struct Told {
    void begin(const char* name, aip::protocol::OptionalText session) {
        guard.begin(name, session);
        news.follow(guard.current());
    }
    void end(const char* session) {
        guard.end(session);
        news.follow(guard.current());
    }
    void add(char what, const RunningTasks::TaskPtr& task) {
        text += (text.empty() ? "" : " ") + std::string(1, what) + task->name + "/" + task->session;
    }

    TaskGuard guard;
    RunningTasks running;
    std::string text;
    TaskNews news{running,
                  {[this](const auto& task) { add('+', task); }, [this](const auto& task) { add('-', task); }}};
};

TEST(TaskNews, passesBeginAndEndOnOnce) {
    Told told;
    told.begin("t1", "s1");
    told.news.follow(told.guard.current());
    EXPECT_EQ(told.text, "+t1/s1");
    EXPECT_EQ(told.running.of("s1")->name, "t1");
    told.end("s1");
    told.end("s1");
    EXPECT_EQ(told.text, "+t1/s1 -t1/s1");
    EXPECT_EQ(told.running.of("s1"), nullptr);
}

TEST(TaskNews, holdsAnEndBackUntilTheLastCommandIsAnswered) {
    Told told;
    told.begin("t1", "s1");
    told.news.submitted("s1");
    told.news.submitted("s1");
    told.news.submitted("other");
    told.end("s1");
    told.begin("t2", "s2");
    told.news.answered("s1");
    EXPECT_EQ(told.text, "+t1/s1 +t2/s2");
    EXPECT_EQ(told.running.of("s1")->name, "t1");
    told.news.answered("s1");
    EXPECT_EQ(told.text, "+t1/s1 +t2/s2 -t1/s1");
    EXPECT_EQ(told.running.of("s1"), nullptr);
    told.news.answered("other");
    told.end("s2");
    EXPECT_EQ(told.text, "+t1/s1 +t2/s2 -t1/s1 -t2/s2");
}

TEST(TaskNews, learnsTheSessionLater) {
    Told told;
    told.begin("t1", std::nullopt);
    told.guard.sawCommand("made-up", "t1");
    told.news.follow(told.guard.current());
    EXPECT_EQ(told.running.of("made-up")->name, "t1");
    EXPECT_EQ(told.running.of(""), nullptr);
    told.end("made-up");
    EXPECT_EQ(told.text, "+t1/ -t1/made-up");
}

TEST(TaskNews, aTaskThatIsLostEnds) {
    Told told;
    told.begin("t1", "s1");
    told.guard.connectionLost();
    told.begin("t2", "s1");
    EXPECT_EQ(told.text, "+t1/s1 -t1/s1 +t2/s1");
    EXPECT_EQ(told.running.of("s1")->name, "t2");
}

TEST(TaskNews, holdsBackSomeEndsOnly) {
    Told told;
    told.news.submitted("s1");
    for (std::size_t i = 0; i < 2 * TaskNews::mostEnding; ++i) {
        told.begin("t", "s1");
        told.end("s1");
    }
    told.text.clear();
    told.news.answered("s1");
    EXPECT_EQ(told.text.size(), TaskNews::mostEnding * std::string("-t/s1 ").size() - 1);
    EXPECT_EQ(told.running.of("s1"), nullptr);
}

TEST(TaskNews, countsAnAnswerEvenIfThereIsNoMemoryToTellTheEnd) {
    Told told;
    int tried = 0;
    TaskNews news{told.running, {{}, [&tried](const auto&) {
                                     ++tried;
                                     throw std::bad_alloc();
                                 }}};
    for (const int round : {1, 2}) {
        told.guard.begin("t1", "s1");
        news.follow(told.guard.current());
        news.submitted("s1");
        told.guard.end("s1");
        news.follow(told.guard.current());
        EXPECT_NE(told.running.of("s1"), nullptr);
        EXPECT_NO_THROW(news.answered("s1"));
        EXPECT_EQ(told.running.of("s1"), nullptr);
        EXPECT_EQ(tried, round);
    }
}

TEST(TaskNews, mindsNoAnswerThatNobodyHasCounted) {
    Told told;
    told.news.answered("s1");
    told.news.answered(std::nullopt);
    EXPECT_EQ(told.text, "");
}

}  // namespace
