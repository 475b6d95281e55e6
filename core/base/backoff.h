#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

namespace aip::base {

/// Exponential backoff with full jitter: wait number n, from 0, is uniform in [0, min(cap, base * 2^(n/2))], where n/2
/// is rounded down: a server's restart takes a second or two, and the waits are still short then.
class Backoff {
  public:
    /// A number uniform in [0, 1).
    using Random = std::function<double()>;

    Backoff(std::chrono::milliseconds base, std::chrono::milliseconds cap, Random random);

    std::chrono::milliseconds next();
    void reset() { _attempt = 0; }

  private:
    std::chrono::milliseconds _base;
    std::chrono::milliseconds _cap;
    Random _random;
    std::uint32_t _attempt = 0;
};

/// A Random seeded from the system; not for secrets. Not for concurrent use.
Backoff::Random systemRandom();

}  // namespace aip::base
