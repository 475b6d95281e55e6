#pragma once

#include "base/backoff.h"
#include "base/clock.h"

#include <chrono>
#include <cstdint>
#include <deque>

namespace aip::plugins {

/// Counts the failures of a plugin and decides when it may be started again, or that it is quarantined. Not for
/// concurrent use.
class RestartPolicy {
  public:
    /// `most` failures within `window` are too many; 0: never.
    RestartPolicy(std::uint32_t most, std::chrono::milliseconds window, base::Backoff backoff)
        : _most(most), _window(window), _backoff(std::move(backoff)) {}

    /// Counts a failure. True if there are too many now.
    bool add(base::Clock::TimePoint now);

    /// The plugin must not be started before.
    base::Clock::TimePoint retryAt() const { return _retryAt; }

    /// Forgets all failures.
    void clear();

  private:
    std::uint32_t _most;
    std::chrono::milliseconds _window;
    base::Backoff _backoff;
    std::deque<base::Clock::TimePoint> _recent;
    base::Clock::TimePoint _retryAt{};
};

}  // namespace aip::plugins
