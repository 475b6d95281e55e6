#pragma once

#include "base/guarded.h"
#include "base/thread_pool.h"
#include "base/timer_queue.h"

#include <functional>
#include <memory>

namespace aip::app {

/// Tells clients that there may be other tools: once for several changes that come together, as at the start. Any
/// thread.
class ChangeTeller {
  public:
    /// `tell` is called on a thread of its own, where it may block; not after stop(). Throws std::system_error.
    ChangeTeller(base::TimerQueue& timers, std::function<void()> tell);
    /// As stop().
    ~ChangeTeller() { stop(); }
    ChangeTeller(const ChangeTeller&) = delete;
    ChangeTeller& operator=(const ChangeTeller&) = delete;

    void changed();

    /// Nobody is told any more. Returns when `tell` has returned. Not from within `tell`.
    void stop();

  private:
    struct State {
        base::TimerQueue::Ticket time{};
        std::unique_ptr<base::ThreadPool> thread = std::make_unique<base::ThreadPool>(1);  ///< null: stopped
    };

    base::TimerQueue& _timers;
    const std::function<void()> _tell;
    /// The action of a timer may run longer than the teller lives.
    const std::shared_ptr<base::Guarded<State>> _state = std::make_shared<base::Guarded<State>>();
};

}  // namespace aip::app
