#pragma once

#include "execution/running_tasks.h"
#include "lifecycle/task_guard.h"
#include "protocol/messages.h"

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace aip::lifecycle {

/// Who hears of TASKs: that one has begun, and that it has ended and all COMMANDs of its session are answered. Must not
/// block. Either may be empty.
struct TaskListener {
    using Told = std::function<void(const std::shared_ptr<const hosting::Task>& task)>;
    Told began{};
    Told ended{};
};

/// Passes on what TaskGuard decides: to the calls, through RunningTasks, and to the listener. Used on the I/O thread
/// only.
class TaskNews {
  public:
    /// Tasks whose ends are held back; of one more nobody hears: see ext/task_events.h.
    static constexpr std::size_t mostEnding = 64;

    explicit TaskNews(execution::RunningTasks& running, TaskListener listener)
        : _running(running), _listener(std::move(listener)) {
        _ending.reserve(mostEnding);
    }

    /// The task of the guard, after whatever may have changed it. A begin is passed on before this returns.
    void follow(const std::optional<TaskGuard::Task>& task);

    /// A COMMAND of this session is executed. Throws std::bad_alloc: it is not counted, and answered() has no effect
    /// then.
    void submitted(protocol::OptionalText session);
    /// It is answered. Never throws for lack of memory: the answer itself must not be lost by that.
    void answered(protocol::OptionalText session);

  private:
    using TaskPtr = execution::RunningTasks::TaskPtr;

    void begin(const TaskGuard::Task& task);
    void name(const TaskGuard::Task& task);
    void end();
    void tellEnds(const std::string& session);
    void tellEnd(const TaskPtr& task) const;

    execution::RunningTasks& _running;
    const TaskListener _listener;
    TaskPtr _current;                                           ///< as passed on
    std::vector<TaskPtr> _ending;                               ///< until their COMMANDs are answered
    std::map<std::string, std::size_t, std::less<>> _commands;  ///< by session, none with 0
};

}  // namespace aip::lifecycle
