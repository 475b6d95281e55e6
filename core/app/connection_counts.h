#pragma once

#include "base/clock.h"
#include "lifecycle/state_table.h"

#include <cstdint>
#include <optional>

namespace aip::app {

/// What is counted of the connection to the server. Not for concurrent use.
class ConnectionCounts {
  public:
    /// The session has another state. The time without a registration, if one has been lost and this ends it.
    std::optional<base::Clock::Duration> changed(lifecycle::State state, base::Clock::TimePoint now);

    std::uint64_t attempts() const { return _attempts; }
    std::uint64_t registrations() const { return _registrations; }

  private:
    std::uint64_t _attempts = 0;
    std::uint64_t _registrations = 0;
    bool _registered = false;
    std::optional<base::Clock::TimePoint> _lost;
};

}  // namespace aip::app
