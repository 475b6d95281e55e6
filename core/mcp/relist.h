#pragma once

#include <chrono>
#include <optional>

namespace aip::mcp {

/// When a server is asked for its tools again after it has said that they have changed: a little later, because it
/// says so more than once; not again while it lists them, unless that takes too long; not more than once a second.
/// Pure.
class Relist {
  public:
    using TimePoint = std::chrono::steady_clock::time_point;
    static constexpr std::chrono::milliseconds pause{200};
    static constexpr std::chrono::milliseconds between{1'000};
    static constexpr std::chrono::milliseconds patience{30'000};

    void changed(TimePoint now);
    /// Whether it is to be asked now; `lists`: it has been asked and has not answered.
    bool due(TimePoint now, bool lists);
    /// When due() may be true; `lists` as there.
    TimePoint next(bool lists) const;

  private:
    std::optional<TimePoint> _at;
    TimePoint _asked{};
};

}  // namespace aip::mcp
