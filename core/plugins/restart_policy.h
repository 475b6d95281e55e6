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
    static constexpr std::chrono::milliseconds firstWaitForFirstStart{1'000};
    static constexpr std::chrono::milliseconds longestWaitForFirstStart{60'000};

    /// `most` failures within `window` are too many; 0: never.
    RestartPolicy(std::uint32_t most, std::chrono::milliseconds window, base::Backoff backoff)
        : _most(most), _window(window), _backoff(backoff), _shortage(std::move(backoff)) {}

    /// Counts a failure. True: a quarantine begins, which lasts until retryAt().
    bool add(TimePoint now);
    /// What has never been up could not be started, and may come up later by itself: a wait, twice as long each time,
    /// but never a quarantine.
    void neverUp(TimePoint now);
    /// It could not be tried because the system is short of something: a wait, but not a failure.
    void postpone(TimePoint now);
    void started();
    /// A process has been launched, if there were failures in the place of one.
    void launched();

    /// The plugin must not be started before.
    TimePoint retryAt() const { return _retryAt; }

    /// Forgets all failures, but not their number.
    void clear();

    /// Counted so far.
    std::uint64_t failures() const { return _failures; }
    /// Processes that were launched after a failure.
    std::uint64_t restarts() const { return _relaunches; }

  private:
    bool failsSoonAfterQuarantine(TimePoint now) const;
    void quarantine(TimePoint now);

    std::uint32_t _most;
    std::chrono::milliseconds _window;
    base::Backoff _backoff;
    base::Backoff _shortage;
    std::chrono::milliseconds _firstStart = firstWaitForFirstStart;
    std::deque<TimePoint> _recent;
    TimePoint _retryAt{};
    std::chrono::milliseconds _quarantine{0};  ///< how long the last one was; 0: there was none
    TimePoint _quarantineEnd{};
    std::uint64_t _failures = 0;
    std::uint64_t _relaunches = 0;
    bool _hasFailed = false;  ///< since the last launch
};

}  // namespace aip::plugins
