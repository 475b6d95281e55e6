#pragma once

#include "execution/running_tasks.h"
#include "hosting/caller.h"
#include "protocol/messages.h"

namespace aip::execution {

/// Who asks for the actions of a COMMAND. Its texts live as long as the COMMAND and what `running` holds.
inline hosting::Caller callerOf(const protocol::ServerMessage& command, const RunningTasks& tasks) {
    hosting::Caller caller{command.agentName.value_or(""), command.rootName.value_or(""),
                           command.processName.value_or(""), command.sessionId.value_or(""),
                           command.taskName.value_or("")};
    caller.running = tasks.of(caller.session);
    if (caller.running) {
        caller.task = caller.running->name;
    }
    return caller;
}

}  // namespace aip::execution
