#pragma once

#include "base/clock.h"

#include <chrono>
#include <optional>

namespace aip::execution {

/// When to warn of one call that gives no sign of life: after `first`, then whenever its silence has doubled. A sign
/// starts it again. Pure. Not for concurrent use.
class SilenceSchedule {
  public:
    using TimePoint = base::Clock::TimePoint;

    explicit SilenceSchedule(std::chrono::milliseconds first) : _first(first), _limit(first) {}

    /// How long it has been silent, if that is to be said now.
    std::optional<std::chrono::milliseconds> due(TimePoint now, TimePoint lastSign);
    /// When to look again if the call stays silent until then.
    TimePoint next(TimePoint lastSign) const { return lastSign + _limit; }

  private:
    std::chrono::milliseconds _first;
    std::chrono::milliseconds _limit;
};

}  // namespace aip::execution
