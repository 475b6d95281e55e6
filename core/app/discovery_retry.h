#pragma once

#include "plugins/shortage_report.h"

#include <chrono>
#include <optional>
#include <string>

namespace aip::app {

/// When plugins are discovered again because the system was short of something, and what the log says about it. Pure:
/// time goes in, waits and lines come out. Not for concurrent use.
class DiscoveryRetry {
  public:
    using TimePoint = plugins::ShortageReport::TimePoint;
    static constexpr std::chrono::seconds firstWait{1};
    static constexpr std::chrono::seconds longestWait{300};

    struct Next {
        std::optional<std::chrono::seconds> wait;  ///< none: nothing was kept out
        std::optional<std::string> line;           ///< for the log; none: nothing new
    };

    /// After each discovery. `shortage`: see plugins::PluginSet::shortage().
    Next discovered(TimePoint now, const std::string& shortage);

  private:
    plugins::ShortageReport _report;
    std::chrono::seconds _wait = firstWait;
};

}  // namespace aip::app
