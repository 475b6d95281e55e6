#pragma once

#include "protocol/messages.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace aip::lifecycle {

/// Allows one task at a time. Remembers the running task and the other sessions: those of other clients, which have no
/// TASK, and those of our earlier tasks, whose TASK_END may still come, even on the next connection. A task is begun
/// when its TASK is sent and started when its first COMMAND comes. Until then the server may have refused it, or have
/// made a session with another id for it. Sessions whose ids are longer than maxIdSize are not remembered. Used on the
/// I/O thread only.
class TaskGuard {
  public:
    struct Task {
        std::uint64_t number = 0;  ///< unique; a later one has a larger number
        std::string name;
        std::optional<std::string> sessionId;  ///< learnt later if the TASK had none
        bool started = false;                  ///< a COMMAND has come for it
    };

    /// False if a task, current(), is already running.
    bool begin(std::string name, protocol::OptionalText sessionId);

    /// The server accepted a TASK and named its session.
    void acknowledged(protocol::OptionalText sessionId);

    /// A COMMAND arrived: learns whether its session is ours or another.
    void sawCommand(protocol::OptionalText sessionId, protocol::OptionalText taskName);

    /// A TASK_END for this session, or the answer to a COMMAND that was its last one. True if it ends the running task:
    /// its own session, or an unknown session while the task has no session or has not started.
    bool end(protocol::OptionalText sessionId);

    /// An ERROR that is not an echo. Ends the running task if it has not started, and returns its name.
    std::optional<std::string> refused(protocol::OptionalText sessionId);

    /// The connection is lost, and the running task with it.
    void connectionLost();

    const std::optional<Task>& current() const { return _task; }

  private:
    bool isOther(protocol::OptionalText sessionId) const;
    void addOther(protocol::OptionalText sessionId);
    void finish();

    std::optional<Task> _task;
    std::uint64_t _begun = 0;
    std::deque<std::string> _others;  ///< the oldest first
};

}  // namespace aip::lifecycle
