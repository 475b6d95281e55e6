#pragma once

#include "protocol/messages.h"

#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace aip::lifecycle {

/// Allows one task at a time. Remembers the running task and the foreign sessions (started by another client, without
/// a TASK). Lives as long as one connection; used on the I/O thread only.
class TaskGuard {
  public:
    struct Task {
        std::string name;
        std::optional<std::string> sessionId;  ///< learnt later if the TASK had none
    };

    /// False if a task, current(), is already running.
    bool begin(std::string name, protocol::OptionalText sessionId);

    /// The server acknowledged a TASK, with the session that it made for it.
    void acknowledged(protocol::OptionalText sessionId);

    /// A COMMAND arrived: learns whether its session is ours or foreign.
    void sawCommand(protocol::OptionalText sessionId, protocol::OptionalText taskName);

    /// A TASK_END, or a COMMAND that ends its task, for this session. True if it ends the running task.
    bool end(protocol::OptionalText sessionId);

    const std::optional<Task>& current() const { return _task; }

  private:
    std::optional<Task> _task;
    std::set<std::string, std::less<>> _foreign;
};

}  // namespace aip::lifecycle
