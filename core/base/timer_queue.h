#pragma once

#include "base/clock.h"

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

namespace aip::base {

/// The control thread: runs short actions at their time. It sleeps without wake-ups while nothing is due.
class TimerQueue {
    struct Plan;
    using Key = std::pair<Clock::TimePoint, std::uint64_t>;

  public:
    using Action = std::function<void()>;

    /// Identifies a planned action; a default one identifies none. May outlive its queue. Any thread.
    class Ticket {
      public:
        Ticket() = default;
        /// Cancels the action. No effect if it runs already or is over, or if the queue is gone.
        void drop() const;

      private:
        friend class TimerQueue;
        Ticket(std::weak_ptr<Plan> plan, Key key) : _plan(std::move(plan)), _key(key) {}

        std::weak_ptr<Plan> _plan;
        Key _key;
    };

    TimerQueue();
    /// Cancels what is still planned and waits for the action that runs. Not from within an action.
    ~TimerQueue();
    TimerQueue(const TimerQueue&) = delete;
    TimerQueue& operator=(const TimerQueue&) = delete;

    /// Runs `action` once on the control thread, at `time` or soon after. It must not block and must not throw.
    Ticket at(Clock::TimePoint time, Action action);

  private:
    struct Plan {
        std::mutex mutex;
        std::condition_variable changed;
        std::map<Key, Action> actions;
        std::uint64_t next = 1;
        Clock::TimePoint wakeAt = Clock::TimePoint::max();
        bool stopping = false;
    };

    static void run(Plan& plan);

    const std::shared_ptr<Plan> _plan = std::make_shared<Plan>();
    std::thread _thread;
};

}  // namespace aip::base
