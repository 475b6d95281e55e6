#pragma once

#include "base/clock.h"

#include <chrono>

namespace aip::plugins {

/// When the processes of a plugin are counted, so that one that makes them without end is terminated: soon after the
/// begin of a call, then twice a second while they are busy, and soon again as long as they become more. While they are
/// idle they are counted seldom, as they may wait for that. Nothing is due while there is none. Pure; not for
/// concurrent use.
class CountSchedule {
  public:
    using TimePoint = base::Clock::TimePoint;

    static constexpr std::chrono::milliseconds soon{100};
    static constexpr std::chrono::milliseconds later{500};
    static constexpr std::chrono::seconds seldom{30};

    /// `busy`: a process starts, or serves a call.
    void turn(bool busy, TimePoint now) {
        _busy = busy;
        if (busy && !_watching) {
            _watching = true;
            _due = now + soon;
        }
    }
    /// They have been counted. `more`: there are more than the last time. `any`: there are any at all.
    void counted(bool any, bool more, TimePoint now) {
        _watching = more || _busy;
        if (_watching) {
            _due = now + (more ? soon : later);
        } else {
            _due = any ? now + seldom : TimePoint::max();
        }
    }

    /// max(): nothing is due.
    TimePoint due() const { return _due; }
    /// A call that begins now is counted soon, without another turn().
    bool watching() const { return _watching; }

  private:
    bool _busy = false;
    bool _watching = false;
    TimePoint _due = TimePoint::max();
};

}  // namespace aip::plugins
