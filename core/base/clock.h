#pragma once

#include <chrono>
#include <string>

namespace aip::base {

/// Time as it is injected everywhere: monotonic for deadlines, wall time for timestamps.
class Clock {
  public:
    using TimePoint = std::chrono::steady_clock::time_point;
    using Duration = std::chrono::steady_clock::duration;
    using WallTime = std::chrono::system_clock::time_point;

    virtual ~Clock() = default;
    virtual TimePoint now() const = 0;
    virtual WallTime wallNow() const = 0;
};

/// The clocks of this machine.
class SystemClock final : public Clock {
  public:
    TimePoint now() const override;
    WallTime wallNow() const override;
};

/// ISO 8601 in UTC with microseconds, as AIP writes it: 2026-11-23T14:25:26.146612+00:00
std::string timestamp(Clock::WallTime time);

}  // namespace aip::base
