#include "lifecycle/command_caller.h"

#include <gtest/gtest.h>

namespace {

using namespace aip;
using execution::RunningTasks;
using lifecycle::callerOf;

TEST(CommandCaller, isWhoTheCommandSays) {
    protocol::ServerMessage command;
    command.agentName = "HostAgent";
    command.processName = "explorer";
    command.sessionId = "s-1";
    command.taskName = "mine";
    RunningTasks tasks;
    const auto free = callerOf(command, tasks);
    EXPECT_EQ(free.agent, "HostAgent");
    EXPECT_EQ(free.root, "");
    EXPECT_EQ(free.process, "explorer");
    EXPECT_EQ(free.session, "s-1");
    EXPECT_EQ(free.task, "mine");
    EXPECT_EQ(free.door, "server");
    EXPECT_EQ(free.running, nullptr);
    tasks.put({7, "s-1", "ours"});
    const auto caller = callerOf(command, tasks);
    tasks.remove(7);
    EXPECT_EQ(caller.task, "ours");
    EXPECT_EQ(caller.running->number, 7U);
}

}  // namespace
