#pragma once

#include "base/backoff.h"
#include "base/clock.h"

#include <chrono>
#include <cstdint>
#include <deque>

namespace aip::plugins {

/// Counts the failures of a plugin and decides when it may be started again. Each wait after a failure is longer than
/// the one before. Too many failures are a quarantine: it first lasts as long as the window, and twice as long each
/// time if the plugin fails again soon after it, up to an hour. Not for concurrent use.
class RestartPolicy {
  public:
    using TimePoint = base::Clock::TimePoint;
    static constexpr std::chrono::milliseconds longestQuarantine{3'600'000};

    /// `most` failures within `window` are too many; 0: never.
    RestartPolicy(std::uint32_t most, std::chrono::milliseconds window, base::Backoff backoff)
        : _most(most), _window(window), _backoff(backoff), _shortage(std::move(backoff)) {}

    /// Counts a failure. True: a quarantine begins, which lasts until retryAt().
    bool add(TimePoint now);
    /// It could not be tried because the system is short of something: a wait, but not a failure.
    void postpone(TimePoint now);
    void started() { _shortage.reset(); }

    /// The plugin must not be started before.
    TimePoint retryAt() const { return _retryAt; }

    /// Forgets all failures.
    void clear();

  private:
    bool failsSoonAfterQuarantine(TimePoint now) const;
    void quarantine(TimePoint now);

    std::uint32_t _most;
    std::chrono::milliseconds _window;
    base::Backoff _backoff;
    base::Backoff _shortage;
    std::deque<TimePoint> _recent;
    TimePoint _retryAt{};
    std::chrono::milliseconds _quarantine{0};  ///< how long the last one was; 0: there was none
    TimePoint _quarantineEnd{};
};

}  // namespace aip::plugins
