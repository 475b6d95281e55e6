#pragma once

#include "base/timer_queue.h"
#include "plugins/slot.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace aip::execution {

/// Ensures that every call ends. At its deadline, or when it is cancelled, the plugin is told; after the grace time the
/// slot abandons the call, and it is finished when what worked on it has ended, or else without the plugin. Any thread.
/// A value: it may end before the calls that it watches, and before `timers`.
class CallWatchdog {
  public:
    CallWatchdog(base::TimerQueue& timers, std::chrono::milliseconds grace) : _timers(timers), _grace(grace) {}

    /// Starts to watch a call. Drop the ticket when the call has finished.
    base::TimerQueue::Ticket watch(std::shared_ptr<hosting::Call> call, std::shared_ptr<plugins::Slot> slot) const;

    /// Cancels a call that runs or waits in `slot`. `grace`: instead of the usual one; also of a call that has been
    /// cancelled before.
    void cancel(std::shared_ptr<hosting::Call> call, const std::shared_ptr<plugins::Slot>& slot, base::Code reason,
                std::string text, std::optional<std::chrono::milliseconds> grace = {}) const;

  private:
    base::TimerQueue& _timers;
    const std::chrono::milliseconds _grace;
};

}  // namespace aip::execution
