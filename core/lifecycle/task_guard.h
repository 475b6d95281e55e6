#pragma once

#include "protocol/messages.h"

#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace aip::lifecycle {

/// One task at a time: remembers the task that this device runs, and whose sessions are foreign (ordered by another
/// client, without a TASK). Belongs to one connection; used on the I/O thread.
class TaskGuard {
  public:
    struct Task {
        std::string name;
        std::optional<std::string> sessionId;  ///< learnt later if the server was not told one
    };

    /// False if a task runs already, which current() names.
    bool begin(std::string name, protocol::OptionalText sessionId);

    /// The server's acknowledgement may be the first to say which session it made for our task.
    void acknowledged(protocol::OptionalText sessionId);

    /// A COMMAND came: learns from it whose session it is.
    void sawCommand(protocol::OptionalText sessionId, protocol::OptionalText taskName);

    /// A TASK_END, or a COMMAND that ends its task, for this session. True if that ends the running task.
    bool end(protocol::OptionalText sessionId);

    const std::optional<Task>& current() const { return _task; }

  private:
    std::optional<Task> _task;
    std::set<std::string, std::less<>> _foreign;
};

}  // namespace aip::lifecycle
