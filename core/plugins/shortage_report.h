#pragma once

#include "base/clock.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace aip::plugins {

/// What the log says about a plugin that lacks something because the system is short of it: a line when that
/// begins, summaries while it lasts, each after twice as long as the one before, up to an hour, and a line when it is
/// over. Pure: time goes in, lines come out. Not for concurrent use.
class ShortageReport {
  public:
    using TimePoint = base::Clock::TimePoint;
    static constexpr std::chrono::seconds firstSummary{30};
    static constexpr std::chrono::seconds longestSilence{3'600};

    /// `lack`, `again`: what a plugin that lacks it does, and what it does when that is over.
    ShortageReport(std::string lack, std::string again) : _lack(std::move(lack)), _again(std::move(again)) {}

    /// It cannot be started.
    ShortageReport() : ShortageReport("cannot be started", "can be started again") {}

    bool lasts() const { return _since.has_value(); }

    /// A try has failed because of `why`; `nextTry` says when the next one is. None: nothing new.
    std::optional<std::string> failed(TimePoint now, const std::string& why, const std::string& nextTry);
    /// A try has come so far that nothing is lacking. None: nothing was.
    std::optional<std::string> over(TimePoint now);

  private:
    std::string soFar(TimePoint now) const;

    std::string _lack;
    std::string _again;
    std::optional<TimePoint> _since;
    std::uint32_t _tries = 0;
    std::chrono::seconds _silence{};
    TimePoint _summaryAt{};
};

}  // namespace aip::plugins
