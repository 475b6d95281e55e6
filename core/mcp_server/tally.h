#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

namespace aip::mcp_server {

/// Counts what may happen too often to be logged each time. Pure.
class Tally {
  public:
    using TimePoint = std::chrono::steady_clock::time_point;

    explicit Tally(std::chrono::seconds interval) : _interval(interval) {}

    /// One more. How many there were since the last time that this was to be logged, if it is to be logged now: the
    /// first one at once, the next ones once an interval.
    std::optional<std::uint64_t> add(TimePoint now) {
        ++_count;
        if (_told && now < *_told + _interval) {
            return std::nullopt;
        }
        _told = now;
        return std::exchange(_count, 0);
    }

  private:
    const std::chrono::seconds _interval;
    std::optional<TimePoint> _told;
    std::uint64_t _count = 0;
};

}  // namespace aip::mcp_server
