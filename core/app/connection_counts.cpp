#include "app/connection_counts.h"

#include <utility>

namespace aip::app {

using lifecycle::State;

std::optional<base::Clock::Duration> ConnectionCounts::changed(State state, base::Clock::TimePoint now) {
    _attempts += state == State::connecting ? 1 : 0;
    const bool wasRegistered = std::exchange(_registered, state == State::listening);
    if (wasRegistered && !_registered) {
        _lost = now;
    }
    if (!_registered || wasRegistered) {
        return std::nullopt;
    }
    ++_registrations;
    const auto lost = std::exchange(_lost, std::nullopt);
    return lost ? std::optional(now - *lost) : std::nullopt;
}

}  // namespace aip::app
