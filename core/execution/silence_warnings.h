#pragma once

#include "base/clock.h"
#include "base/guarded.h"
#include "execution/silence_schedule.h"
#include "plugins/slot.h"

#include <chrono>
#include <map>
#include <string>

namespace aip::execution {

/// Warns of calls that give no sign of life: they neither end nor report progress, whatever the reason. Of calls that
/// wait for a place in their plugin it says who has the places, in one line for all that wait there. Only the log; the
/// CallWatchdog ends calls. Any thread.
class SilenceWarnings {
  public:
    using TimePoint = base::Clock::TimePoint;

    /// After a silence of `first`; 0: never.
    explicit SilenceWarnings(std::chrono::milliseconds first) : _first(first) {}

    /// Of a call that begins.
    SilenceSchedule schedule() const { return SilenceSchedule(_first); }

    /// When to look at a call that has just been made; max(): never.
    TimePoint firstLook(const hosting::Call& call) const;

    /// Warns if there is reason to. When to look again.
    TimePoint look(const hosting::Call& call, const plugins::Slot& slot, SilenceSchedule& schedule,
                   TimePoint now) const;

  private:
    std::chrono::milliseconds patience() const;
    void warnOfWaiting(const hosting::Call& call, const plugins::Slot& slot, TimePoint now) const;

    const std::chrono::milliseconds _first;
    mutable base::Guarded<std::map<std::string, TimePoint>> _told;  ///< when, by plugin, that calls wait
};

}  // namespace aip::execution
