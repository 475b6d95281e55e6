#pragma once

#include "base/timer_queue.h"
#include "plugins/slot.h"

#include <chrono>
#include <memory>
#include <string>

namespace aip::execution {

/// Sees to it that every call ends: at its deadline, or when cancelled, the plugin is told; after the grace time the
/// call is finished without it, and the slot is told to abandon it. Any thread.
class CallWatchdog {
  public:
    CallWatchdog(base::TimerQueue& timers, std::chrono::milliseconds grace) : _timers(timers), _grace(grace) {}

    /// Watches a call from now on. Give the ticket to done() when the call has finished.
    base::TimerQueue::Ticket watch(std::shared_ptr<hosting::Call> call, std::shared_ptr<plugins::Slot> slot);
    void done(const base::TimerQueue::Ticket& ticket) { _timers.drop(ticket); }

    /// Cancels a call that is running or queued in `slot`.
    void cancel(std::shared_ptr<hosting::Call> call, const std::shared_ptr<plugins::Slot>& slot, base::Code reason,
                std::string text);

  private:
    base::TimerQueue& _timers;
    const std::chrono::milliseconds _grace;
};

}  // namespace aip::execution
