#pragma once

#include "execution/caller.h"
#include "execution/running_tasks.h"
#include "protocol/messages.h"

#include <string_view>

namespace aip::lifecycle {

/// The server's door, as execution::Caller names it.
inline constexpr std::string_view serverDoor = "server";

/// Who asks for the actions of a COMMAND. Its texts live as long as the COMMAND and what `running` holds.
inline execution::Caller callerOf(const protocol::ServerMessage& command, const execution::RunningTasks& tasks) {
    execution::Caller caller{.agent = command.agentName.value_or(""),
                             .root = command.rootName.value_or(""),
                             .process = command.processName.value_or(""),
                             .session = command.sessionId.value_or(""),
                             .task = command.taskName.value_or(""),
                             .door = serverDoor};
    caller.running = tasks.of(caller.session);
    if (caller.running) {
        caller.task = caller.running->name;
    }
    return caller;
}

}  // namespace aip::lifecycle
