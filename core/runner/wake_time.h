#pragma once

#include "base/clock.h"

#include <algorithm>

namespace aip::runner {

/// When a thread that waits for messages wakes by itself. A time that was set stays, even if nothing is due then any
/// more: so that not each call, which has a limit of its own, wakes the thread to set it. Pure. Not for concurrent use.
class WakeTime {
  public:
    using TimePoint = base::Clock::TimePoint;

    /// The thread is about to wait; `due`: when it has something to do, max() for never. Returns until when it waits.
    TimePoint renew(TimePoint due, TimePoint now) { return _at = _at > now ? std::min(_at, due) : due; }

    /// Something is due before the thread wakes: it is to be woken.
    bool isAfter(TimePoint due) const { return due < _at; }

  private:
    TimePoint _at = TimePoint::max();
};

}  // namespace aip::runner
