#pragma once

#include "base/clock.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

namespace aip::lifecycle {

/// Timers by name, each set or not. `Timer` is an enumeration from 0 to `last`. Pure: the owner waits until next() and
/// calls fireDue(). One thread.
template <typename Timer, Timer last>
class TimerSet {
  public:
    using TimePoint = base::Clock::TimePoint;

    /// Replaces the time if the timer is already set.
    void set(Timer timer, TimePoint due) { at(timer) = due; }
    void clear(Timer timer) { at(timer).reset(); }
    bool isSet(Timer timer) const { return due(timer).has_value(); }
    std::optional<TimePoint> due(Timer timer) const { return _due[static_cast<std::size_t>(timer)]; }

    /// When the first timer is due; TimePoint::max() if none is set.
    TimePoint next() const {
        TimePoint next = TimePoint::max();
        for (const auto& due : _due) {
            next = std::min(next, due.value_or(next));
        }
        return next;
    }

    /// Clears each due timer and calls `fire` for it, at most once each, in the order of the enumeration.
    /// `fire` may set and clear timers.
    template <typename Fire>
    void fireDue(const base::Clock& clock, Fire fire) {
        for (std::size_t i = 0; i < _due.size(); ++i) {
            if (_due[i] && *_due[i] <= clock.now()) {
                _due[i].reset();
                fire(static_cast<Timer>(i));
            }
        }
    }

  private:
    std::optional<TimePoint>& at(Timer timer) { return _due[static_cast<std::size_t>(timer)]; }

    std::array<std::optional<TimePoint>, static_cast<std::size_t>(last) + 1> _due;
};

}  // namespace aip::lifecycle
