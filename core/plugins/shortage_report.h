#pragma once

#include "base/clock.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace aip::plugins {

/// What the log says about a plugin that cannot be started because the system is short of something: a line when that
/// begins, summaries while it lasts, each after twice as long as the one before, up to an hour, and a line when it is
/// over. Pure: time goes in, lines come out. Not for concurrent use.
class ShortageReport {
  public:
    using TimePoint = base::Clock::TimePoint;
    static constexpr std::chrono::seconds firstSummary{30};
    static constexpr std::chrono::seconds longestSilence{3'600};

    bool lasts() const { return _since.has_value(); }

    /// A try has failed because of `why`; `nextTry` says when the next one is. None: nothing new.
    std::optional<std::string> failed(TimePoint now, const std::string& why, const std::string& nextTry);
    /// A try has come so far that nothing is lacking. None: nothing was.
    std::optional<std::string> over(TimePoint now);

  private:
    std::string soFar(TimePoint now) const;

    std::optional<TimePoint> _since;
    std::uint32_t _tries = 0;
    std::chrono::seconds _silence{};
    TimePoint _summaryAt{};
};

}  // namespace aip::plugins
