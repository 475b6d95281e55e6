#pragma once

#include "base/guarded.h"
#include "base/timer_queue.h"
#include "execution/silence_schedule.h"
#include "plugins/slot.h"

#include <chrono>
#include <map>
#include <memory>
#include <string>

namespace aip::execution {

/// Warns of calls that give no sign of life: they neither end nor report progress, whatever the reason. Of calls that
/// wait for a place in their plugin it says who has the places, in one line for all that wait there. Only the log; the
/// CallWatchdog ends calls. Any thread.
class SilenceWarnings {
  public:
    /// After a silence of `first`; 0: never. `timers` outlives every watched call.
    SilenceWarnings(base::TimerQueue& timers, std::chrono::milliseconds first)
        : _shared(std::make_shared<Shared>(timers, first)) {}

    /// Starts to watch a call. Drop the ticket when the call has finished. It keeps neither call nor slot.
    base::TimerQueue::Ticket watch(const std::shared_ptr<hosting::Call>& call,
                                   const std::shared_ptr<plugins::Slot>& slot) const;

  private:
    using TimePoint = base::Clock::TimePoint;

    /// What is planned may outlive the object.
    struct Shared {
        Shared(base::TimerQueue& queue, std::chrono::milliseconds silence) : timers(queue), first(silence) {}

        base::TimerQueue& timers;
        const std::chrono::milliseconds first;
        base::Guarded<std::map<std::string, TimePoint>> told;  ///< when, by plugin, that calls wait
    };

    struct Watched {
        std::weak_ptr<hosting::Call> call;
        std::weak_ptr<plugins::Slot> slot;
        SilenceSchedule schedule;
    };

    static base::TimerQueue::Ticket plan(const std::shared_ptr<Shared>& shared, Watched watched, TimePoint when);
    static void look(const std::shared_ptr<Shared>& shared, Watched watched);
    static void warnOfWaiting(Shared& shared, const hosting::Call& call, const plugins::Slot& slot, TimePoint now);

    const std::shared_ptr<Shared> _shared;
};

}  // namespace aip::execution
