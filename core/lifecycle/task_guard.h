#pragma once

#include "protocol/messages.h"

#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace aip::lifecycle {

/// Allows one task at a time. Remembers the running task and the foreign sessions: those of other clients, without a
/// TASK, and those of our earlier tasks. A task is begun when its TASK is sent and started when its first COMMAND
/// comes. Until then the server may have refused it, or have made a session with another id for it.
/// Lives as long as one connection; used on the I/O thread only.
class TaskGuard {
  public:
    struct Task {
        std::string name;
        std::optional<std::string> sessionId;  ///< learnt later if the TASK had none
        bool started = false;                  ///< a COMMAND has come for it
    };

    /// False if a task, current(), is already running.
    bool begin(std::string name, protocol::OptionalText sessionId);

    /// The server acknowledged a TASK, with the session that it made for it.
    void acknowledged(protocol::OptionalText sessionId);

    /// A COMMAND arrived: learns whether its session is ours or foreign.
    void sawCommand(protocol::OptionalText sessionId, protocol::OptionalText taskName);

    /// A TASK_END for this session. True if it ends the running task: its own session, or an unknown session while the
    /// task has no session or has not started.
    bool end(protocol::OptionalText sessionId);

    /// A COMMAND for this session was the last one of its task; its TASK_END may follow.
    void lastCommand(protocol::OptionalText sessionId);

    /// An ERROR that is no echo. Ends the running task if it has not started, and returns its name.
    std::optional<std::string> refused(protocol::OptionalText sessionId);

    const std::optional<Task>& current() const { return _task; }

  private:
    bool isForeign(protocol::OptionalText sessionId) const { return sessionId && _foreign.contains(*sessionId); }
    bool endsRunning(protocol::OptionalText sessionId) const;
    void addForeign(protocol::OptionalText sessionId);

    std::optional<Task> _task;
    std::set<std::string, std::less<>> _foreign;
};

}  // namespace aip::lifecycle
