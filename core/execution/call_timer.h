#pragma once

#include "base/guarded.h"
#include "base/timer_queue.h"
#include "execution/call_watchdog.h"
#include "execution/silence_warnings.h"

#include <memory>
#include <utility>

namespace aip::execution {

/// Watches calls that follow each other, those of a batch, with one timer: at its deadline the CallWatchdog ends a
/// call, and SilenceWarnings tells of one without a sign of life. The timer is planned for the first time at which
/// something may be due; a call that ends before only changes what the timer finds.
///
/// Any thread, but begin() of a call comes after end() of the one before. No lock is held while a call, its slot or the
/// log is called. While a call is under way it and its slot are kept.
class CallTimer : public std::enable_shared_from_this<CallTimer> {
  public:
    /// `timers` outlives it.
    CallTimer(base::TimerQueue& timers, const CallWatchdog& watchdog, std::shared_ptr<const SilenceWarnings> silence)
        : _timers(timers), _watchdog(watchdog), _silence(std::move(silence)) {}
    ~CallTimer();
    CallTimer(const CallTimer&) = delete;
    CallTimer& operator=(const CallTimer&) = delete;

    /// The call may be over its time at once. Throws std::bad_alloc: it is not watched.
    void begin(std::shared_ptr<hosting::Call> call, std::shared_ptr<plugins::Slot> slot);
    void end();

  private:
    using TimePoint = base::Clock::TimePoint;

    struct Current {
        std::shared_ptr<hosting::Call> call{};  ///< null: none is under way
        std::shared_ptr<plugins::Slot> slot{};
        TimePoint deadline = TimePoint::max();
        TimePoint look = TimePoint::max();
        SilenceSchedule schedule;
    };
    struct State {
        explicit State(const SilenceWarnings& silence) : current{.schedule = silence.schedule()} {}

        Current current;
        TimePoint planned = TimePoint::max();
        base::TimerQueue::Ticket ticket{};
    };

    void plan(State& state);
    void fire(TimePoint planned);
    void lookAt(Current& current, TimePoint now) const;

    base::TimerQueue& _timers;
    const CallWatchdog _watchdog;
    const std::shared_ptr<const SilenceWarnings> _silence;
    base::Guarded<State> _state{*_silence};
};

}  // namespace aip::execution
