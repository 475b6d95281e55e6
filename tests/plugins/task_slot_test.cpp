// What a plugin hears of tasks, in a slot of its own.
#include "tests/plugins/support.h"

#include <gtest/gtest.h>

#include <future>

namespace {

using aip::base::Code;
using aip::hosting::Call;
using aip::hosting::Task;
using aip::plugins::Isolation;
using aip::plugins::SlotState;
using aip::tests::isolated;
using aip::tests::SlotFixture;
using aip::tests::TestCall;
using TaskPtr = std::shared_ptr<const Task>;
using Lines = std::vector<std::string>;

TaskPtr taskOf(std::uint64_t number, const std::string& session, const std::string& name) {
    return std::make_shared<const Task>(Task{number, session, name});
}

struct TaskFixture : SlotFixture {
    explicit TaskFixture(Isolation isolation, const std::string& plugin = "tasks")
        : SlotFixture(plugin, isolated(isolation)) {}

    std::shared_ptr<Call> tell(Call::Kind kind, const TaskPtr& task) const {
        Call::Request request;
        request.kind = kind;
        request.id = "event";
        request.caller = {.session = task->session, .task = task->name, .running = task};
        request.owner = task;
        request.deadline = std::chrono::steady_clock::now() + std::chrono::hours(1);
        auto call = std::make_shared<Call>(std::move(request), Call::Completion());
        slot->invoke(call);
        return call;
    }
    void begin(const TaskPtr& task) const { tell(Call::Kind::taskBegan, task); }
    void end(const TaskPtr& task) const { tell(Call::Kind::taskEnded, task); }

    TestCall call(const std::string& tool, const TaskPtr& task) const {
        TestCall call(tool, "{}", {}, {.session = task->session, .task = task->name, .running = task});
        slot->invoke(call.call());
        return call;
    }
};

const TaskPtr one = taskOf(1, "s-1", "t-1");
const TaskPtr two = taskOf(2, "s-2", "t-2");

class TaskSlot : public testing::TestWithParam<Isolation> {};

TEST_P(TaskSlot, hearsOfATaskBeforeItsFirstCallAndOnce) {
    TaskFixture fixture(GetParam());
    EXPECT_EQ(fixture.call("count", one).text(), "1");
    fixture.begin(one);
    EXPECT_EQ(fixture.call("count", one).text(), "2");
    fixture.end(one);
    EXPECT_EQ(fixture.call("count", two).text(), "1");
    EXPECT_EQ(fixture.log.lines(), (Lines{"2 begin s-1/t-1", "2 inside s-1/t-1", "2 inside s-1/t-1", "2 end s-1/t-1",
                                          "2 begin s-2/t-2", "2 inside s-2/t-2"}));
}

TEST_P(TaskSlot, hearsNothingForCallsWithoutATask) {
    TaskFixture fixture(GetParam());
    EXPECT_EQ(fixture.run("count").text(), "1");
    EXPECT_EQ(fixture.log.lines(), Lines{"2 inside /"});
}

TEST_P(TaskSlot, hearsOfTasksWhileItRuns) {
    TaskFixture fixture(GetParam());
    EXPECT_FALSE(fixture.slot->hearsOfTasks());
    EXPECT_TRUE(fixture.slot->start());
    EXPECT_TRUE(fixture.slot->hearsOfTasks());
    fixture.end(two);
    fixture.begin(one);
    fixture.end(one);
    fixture.end(one);
    EXPECT_TRUE(fixture.log.waitFor("2 end s-1/t-1"));
    EXPECT_TRUE(fixture.slot->stop(std::chrono::seconds(30)));
    EXPECT_FALSE(fixture.slot->hearsOfTasks());
    EXPECT_EQ(fixture.log.lines(), (Lines{"2 begin s-1/t-1", "2 end s-1/t-1"}));
}

TEST_P(TaskSlot, anEndThatWasMissedComesBeforeTheNextBegin) {
    TaskFixture fixture(GetParam());
    EXPECT_EQ(fixture.call("count", one).text(), "1");
    EXPECT_EQ(fixture.call("count", two).text(), "1");
    EXPECT_EQ(fixture.log.lines(),
              (Lines{"2 begin s-1/t-1", "2 inside s-1/t-1", "2 end s-1/t-1", "2 begin s-2/t-2", "2 inside s-2/t-2"}));
}

TEST_P(TaskSlot, aTaskBeginsWhileCallsOfTheLastOneStillRun) {
    TaskFixture fixture(GetParam(), "tasks_pair");
    const TestCall waiting = fixture.call("wait", one);
    ASSERT_TRUE(fixture.log.waitFor("2 inside s-1/t-1"));
    EXPECT_EQ(fixture.call("count", two).text(), "1");
    waiting.call()->cancel(Code::cancelled, "enough");
    fixture.slot->cancelled(*waiting.call());
    EXPECT_EQ(waiting.text(), "CANCELLED: enough");
    fixture.end(one);
    EXPECT_TRUE(fixture.log.waitFor("2 end s-1/t-1"));
}

TEST_P(TaskSlot, aPluginThatHangsInABeginIsNotUsedAnyMore) {
    TaskFixture fixture(GetParam());
    const auto event = fixture.call("count", taskOf(3, "s", "hang"));
    ASSERT_TRUE(fixture.log.waitFor("2 begin s/hang"));
    event.call()->cancel(Code::deadline, "too slow");
    fixture.slot->cancelled(*event.call());
    event.call()->finish(event.call()->cancelOutcome());
    fixture.slot->abandon(*event.call());
    EXPECT_EQ(event.text(), "DEADLINE: too slow");
    const std::string next = fixture.call("count", one).text();
    if (GetParam() == Isolation::process) {
        EXPECT_EQ(next, "1");
    } else {
        EXPECT_EQ(next.substr(0, 11), "UNAVAILABLE");
        EXPECT_EQ(fixture.slot->state(), SlotState::wedged);
        EXPECT_FALSE(fixture.slot->stop(std::chrono::milliseconds(1)));
    }
}

INSTANTIATE_TEST_SUITE_P(Isolation, TaskSlot, testing::Values(Isolation::inProcess, Isolation::process),
                         [](const auto& each) { return aip::tests::nameOf(each.param); });

TEST(TaskProcess, hearsOfATaskAgainAfterARestart) {
    TaskFixture fixture(Isolation::process);
    EXPECT_EQ(fixture.call("count", one).text(), "1");
    EXPECT_EQ(fixture.call("die", one).text().substr(0, 8), "INTERNAL");
    EXPECT_EQ(fixture.call("count", one).text(), "1");
    EXPECT_EQ(fixture.log.count("2 begin s-1/t-1"), 2U);
}

TEST(TaskProcess, ofOneCallHearsNothing) {
    TaskFixture fixture(Isolation::perCall);
    EXPECT_EQ(fixture.call("count", one).text(), "1");
    EXPECT_FALSE(fixture.slot->hearsOfTasks());
    EXPECT_EQ(fixture.log.lines(), Lines{"2 inside s-1/t-1"});
}

}  // namespace
