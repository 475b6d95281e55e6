#pragma once

#include "base/clock.h"
#include "base/timer_queue.h"
#include "execution/call_watchdog.h"
#include "hosting/caller.h"
#include "plugins/slot.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <vector>

namespace aip::execution {

/// Tells running plugins that a TASK has begun or ended (aip.task-events/1), each by a call of its own: it waits for a
/// place, has a deadline, and a plugin that does not return from it is abandoned. Never blocks. Any thread.
class TaskAnnouncer {
  public:
    /// Those with the extension; any thread.
    using Plugins = std::function<std::vector<std::shared_ptr<plugins::Slot>>()>;

    /// Events that are under way at the same time; what is beyond is not told: see ext/task_events.h.
    static constexpr int most = 64;

    /// `limit`: for an event, with its wait for a place. `timers` and `clock` outlive it; the events may outlive it.
    TaskAnnouncer(Plugins plugins, base::TimerQueue& timers, const base::Clock& clock, std::chrono::milliseconds limit,
                  std::chrono::milliseconds grace)
        : _plugins(std::move(plugins)), _clock(clock), _watchdog(timers, grace), _limit(limit) {}

    void began(const std::shared_ptr<const hosting::Task>& task) const { tell(hosting::Call::Kind::taskBegan, task); }
    void ended(const std::shared_ptr<const hosting::Task>& task) const { tell(hosting::Call::Kind::taskEnded, task); }

  private:
    void tell(hosting::Call::Kind kind, const std::shared_ptr<const hosting::Task>& task) const;
    void trySend(hosting::Call::Kind kind, const std::shared_ptr<const hosting::Task>& task,
                 const std::shared_ptr<plugins::Slot>& slot) const;
    void send(hosting::Call::Kind kind, const std::shared_ptr<const hosting::Task>& task,
              const std::shared_ptr<plugins::Slot>& slot) const;

    const Plugins _plugins;
    const base::Clock& _clock;
    const CallWatchdog _watchdog;
    const std::chrono::milliseconds _limit;
    const std::shared_ptr<std::atomic<int>> _underWay = std::make_shared<std::atomic<int>>(0);
};

}  // namespace aip::execution
