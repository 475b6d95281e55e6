#pragma once

#include "base/clock.h"

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

namespace aip::base {

/// The control thread: runs short actions at their time. It sleeps without wake-ups while nothing is due.
class TimerQueue {
  public:
    using Action = std::function<void()>;
    /// Identifies a planned action; a default one identifies none.
    using Ticket = std::pair<Clock::TimePoint, std::uint64_t>;

    TimerQueue();
    /// Cancels what is still planned and waits for the action that runs. Not from within an action.
    ~TimerQueue();
    TimerQueue(const TimerQueue&) = delete;
    TimerQueue& operator=(const TimerQueue&) = delete;

    /// Runs `action` once on the control thread, at `time` or soon after. It must not block and must not throw.
    Ticket at(Clock::TimePoint time, Action action);

    /// Cancels a planned action. No effect if it runs already or is over.
    void drop(const Ticket& ticket);

  private:
    void run();

    std::mutex _mutex;
    std::condition_variable _changed;
    std::map<Ticket, Action> _planned;
    std::uint64_t _next = 1;
    Clock::TimePoint _wakeAt = Clock::TimePoint::max();
    bool _stopping = false;
    std::thread _thread;
};

}  // namespace aip::base
