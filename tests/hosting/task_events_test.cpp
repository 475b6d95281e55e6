#include "hosting/task_events.h"

#include "hosting/call_bridge.h"
#include "tests/plugins/support.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <thread>

namespace {

using aip::hosting::CallBridge;
using aip::hosting::Task;
using aip::hosting::TaskEvents;
using aip::tests::Monitor;
using aip::tests::TestCall;

const Task one{1, "s-1", "t-1"};
const Task two{2, "s-2", "t-2"};
const Task three{3, "s-3", "t-3"};

/// What a plugin has heard: "+1" is the begin of the first task, "-1" its end.
struct Heard {
    TaskEvents events{[this](TaskEvents::Event event, const Task& task) {
        monitor.change([&] {
            text += (text.empty() ? "" : " ") + std::string(event == TaskEvents::Event::began ? "+" : "-") +
                    std::to_string(task.number);
        });
        if (task.number == blocked) {
            EXPECT_TRUE(monitor.wait([this] { return released; }));
        }
    }};
    Monitor monitor;
    std::string text;
    std::uint64_t blocked = 0;
    bool released = false;

    void visit(const Task& task) { const TaskEvents::Visit visit(&events, &task); }
};

TEST(TaskEvents, tellABeginOnceAndAnEndOnce) {
    Heard heard;
    heard.visit(one);
    heard.visit(one);
    heard.events.end(one);
    heard.events.end(one);
    EXPECT_EQ(heard.text, "+1 -1");
}

TEST(TaskEvents, tellNoEndWithoutABegin) {
    Heard heard;
    heard.events.end(one);
    EXPECT_EQ(heard.text, "");
}

TEST(TaskEvents, tellNothingOfATaskThatHasEnded) {
    Heard heard;
    heard.visit(one);
    heard.visit(two);
    heard.visit(one);
    EXPECT_EQ(heard.text, "+1 -1 +2");
    heard.events.end(one);
    heard.events.end(two);
    heard.visit(two);
    heard.events.end(three);
    heard.visit(three);
    EXPECT_EQ(heard.text, "+1 -1 +2 -2");
}

TEST(TaskEvents, rememberALimitedNumberOfEnds) {
    Heard heard;
    for (std::uint64_t number = 1; number <= 2 * TaskEvents::mostEnded; ++number) {
        heard.visit(Task{number, "s", "t"});
    }
    heard.text.clear();
    heard.visit(Task{2 * TaskEvents::mostEnded - 1, "s", "t"});
    EXPECT_EQ(heard.text, "");
}

TEST(TaskEvents, mayBeAbsent) {
    const TaskEvents::Visit nobody(nullptr, &one);
    Heard heard;
    { const TaskEvents::Visit noTask(&heard.events, nullptr); }
    EXPECT_EQ(heard.text, "");
}

TEST(TaskEvents, endEarlierTasksWithoutCallsBeforeTheNextBegin) {
    Heard heard;
    heard.visit(one);
    std::optional<TaskEvents::Visit> running(std::in_place, &heard.events, &two);
    heard.visit(three);
    EXPECT_EQ(heard.text, "+1 -1 +2 +3");
    running.reset();
    heard.events.end(two);
    heard.events.end(one);
    EXPECT_EQ(heard.text, "+1 -1 +2 +3 -2");
}

TEST(TaskEvents, letCallsOfATaskWaitForItsBegin) {
    Heard heard;
    heard.blocked = 1;
    std::string order;
    std::thread first([&] { heard.visit(one); });
    ASSERT_TRUE(heard.monitor.wait([&] { return heard.text == "+1"; }));
    std::thread second([&] {
        heard.visit(one);
        heard.monitor.change([&] { order += heard.released ? "after" : "before"; });
    });
    heard.monitor.change([&] { heard.released = true; });
    first.join();
    second.join();
    EXPECT_EQ(order, "after");
    EXPECT_EQ(heard.text, "+1");
}

std::string textOf(aip_text text) {
    return std::string(text.data == nullptr ? "" : text.data, text.size);
}

TEST(CallBridge, tellsWhoAsksAsLongAsTheCallRuns) {
    const TestCall call("run", "{}", {},
                        {.agent = "HostAgent", .root = "Files", .process = "", .session = "s-1", .task = "t-1"});
    CallBridge bridge(call.call(), 100);
    const aip_call* table = bridge.table();
    ASSERT_TRUE(AIP_HAS(aip_call, table, task_name));
    EXPECT_EQ(textOf(table->agent_name(table)), "HostAgent");
    EXPECT_EQ(textOf(table->root_name(table)), "Files");
    EXPECT_EQ(textOf(table->process_name(table)), "");
    EXPECT_EQ(textOf(table->session_id(table)), "s-1");
    EXPECT_EQ(textOf(table->task_name(table)), "t-1");
    call.call()->finish(bridge.finish(AIP_OK));
    EXPECT_EQ(textOf(table->agent_name(table)), "");
}

}  // namespace
