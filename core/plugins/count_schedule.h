#pragma once

#include "base/clock.h"

#include <chrono>

namespace aip::plugins {

/// When the processes of a plugin are counted, so that one that makes them without end is terminated: soon after the
/// begin of a call, then twice a second while they are busy, and soon again as long as they become more. Nothing is due
/// while nothing happens. Pure; not for concurrent use.
class CountSchedule {
  public:
    using TimePoint = base::Clock::TimePoint;

    static constexpr std::chrono::milliseconds soon{100};
    static constexpr std::chrono::milliseconds later{500};

    /// `busy`: a process starts, or serves a call.
    void turn(bool busy, TimePoint now) {
        _busy = busy;
        _due = busy && !active() ? now + soon : _due;
    }
    /// They have been counted. `more`: there are more than the last time.
    void counted(bool more, TimePoint now) {
        const TimePoint next = _busy ? now + later : TimePoint::max();
        _due = more ? now + soon : next;
    }

    /// max(): nothing is due.
    TimePoint due() const { return _due; }
    bool active() const { return _due != TimePoint::max(); }

  private:
    bool _busy = false;
    TimePoint _due = TimePoint::max();
};

}  // namespace aip::plugins
