#pragma once

#include "base/clock.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace aip::runner {

/// Whether an MCP server hangs: its process is alive, and its calls are not answered. Pure. Not for concurrent use.
///
/// When a call is given up the server is pinged. It hangs if then no message comes for `patience`, from the first call
/// that is made after that; but not before the end of the calls that were made earlier: it may do nothing else until
/// they are over. It also hangs if `mostInVain` calls, one after the other, are not answered in time, not even late.
class HangWatch {
  public:
    using TimePoint = base::Clock::TimePoint;
    static constexpr std::chrono::seconds patience{30};
    static constexpr std::uint32_t mostInVain = 5;

    /// Nobody waits for a call any more that was made at `made`; `late`: because its time was over. True: the server is
    /// to be pinged.
    bool gaveUp(TimePoint made, bool late, TimePoint now);
    void called(TimePoint now);
    /// A message has come.
    void heard();
    /// A call was answered, perhaps late, or has reported progress.
    void served() { _inVain = 0; }

    /// Why it hangs; empty: it does not. `oldest`: when the oldest call that runs was made; max(): none runs.
    std::string verdict(TimePoint oldest, TimePoint now) const;
    /// When the verdict changes by itself; in the past: it has.
    TimePoint next(TimePoint oldest) const;

  private:
    std::optional<TimePoint> _pinged;  ///< none: it is not suspected
    std::optional<TimePoint> _asked;   ///< the first call after that
    std::uint32_t _inVain = 0;
    TimePoint _lastInVain{};
};

}  // namespace aip::runner
