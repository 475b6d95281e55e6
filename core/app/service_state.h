#pragma once

#include "base/clock.h"

#include <chrono>
#include <cstdint>
#include <string>

namespace aip::app {

/// What the service manager is told, and when. Pure: what happens goes in, the text for it comes out; empty: nothing.
/// Not for concurrent use.
class ServiceState {
  public:
    /// So long an extension counts, and so often it is renewed while the agent stops.
    static constexpr std::chrono::seconds extension{15};
    static constexpr std::chrono::seconds extendEvery{4};

    /// `whenRegistered`: the service is ready with its first registration, otherwise when it has started.
    explicit ServiceState(bool whenRegistered) : _whenRegistered(whenRegistered) {}

    std::string started() { return _whenRegistered ? "" : ready(); }
    std::string registered() { return _whenRegistered ? ready() : ""; }

    /// Each is followed by a reloaded(); several may be under way.
    std::string reloading(base::Clock::TimePoint now);
    std::string reloaded();

    /// From now on nothing else counts but the status.
    std::string stopping();

    /// Of one line.
    std::string status(const std::string& text);

    /// In each interval. `progress`: all loops make some; without it nothing is said, and the manager's own time runs.
    std::string turn(bool progress, bool hasWatchdog) const;

    bool isStopping() const { return _stage == Stage::stopping; }

  private:
    enum class Stage : std::uint8_t { starting, ready, stopping };

    std::string ready();

    const bool _whenRegistered;
    Stage _stage = Stage::starting;
    int _reloads = 0;  ///< under way
    std::string _status;
};

}  // namespace aip::app
