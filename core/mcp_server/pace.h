#pragma once

#include <chrono>
#include <cstddef>

namespace aip::mcp_server {

/// How long one may wait, in all, for a client to take what is sent: some time, and more for each byte that it has
/// taken. Pure.
class Pace {
  public:
    using Duration = std::chrono::steady_clock::duration;

    /// `slowest`: bytes a second.
    Pace(Duration time, std::size_t slowest) : _time(time), _slowest(slowest) {}

    /// Something else is sent from now on.
    void begin() {
        _waited = {};
        _bytes = 0;
    }
    void waited(Duration time) { _waited += time; }
    void took(std::size_t bytes) { _bytes += bytes; }

    /// How much longer; 0 or less: not at all.
    Duration left() const { return _time + std::chrono::milliseconds(_bytes * 1000 / _slowest) - _waited; }

  private:
    const Duration _time;
    const std::size_t _slowest;
    Duration _waited{};
    std::size_t _bytes = 0;
};

}  // namespace aip::mcp_server
