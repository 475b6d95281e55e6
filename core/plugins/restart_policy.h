#pragma once

#include "base/backoff.h"
#include "base/clock.h"

#include <chrono>
#include <cstdint>
#include <deque>

namespace aip::plugins {

/// How often a plugin has failed lately, and what follows: a wait before it is started again, then quarantine. Not for
/// concurrent use.
class RestartPolicy {
  public:
    /// `most` failures within `window` are too many; 0: never.
    RestartPolicy(std::uint32_t most, std::chrono::milliseconds window, base::Backoff backoff)
        : _most(most), _window(window), _backoff(std::move(backoff)) {}

    /// One more. True if that is one too many.
    bool add(base::Clock::TimePoint now);

    /// Not to be started again before.
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
