#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

namespace aip::mcp_server {

/// The time and the bytes that a client may take for one part of a request, its head or its body. The time begins when
/// the part is first waited for, and no byte extends it. Pure.
class Allowance {
  public:
    using Clock = std::chrono::steady_clock;

    Allowance(Clock::duration time, std::size_t bytes) : _time(time), _bytes(bytes) {}

    /// When the time is over.
    Clock::time_point end(Clock::time_point now) {
        _end = _end.value_or(now + _time);
        return *_end;
    }

    /// False if these were too many.
    bool take(std::size_t bytes) {
        _taken += bytes;
        return _taken <= _bytes;
    }

  private:
    Clock::duration _time;
    std::size_t _bytes;
    std::size_t _taken = 0;
    std::optional<Clock::time_point> _end;
};

}  // namespace aip::mcp_server
