#pragma once

#include "base/clock.h"

#include <deque>
#include <optional>
#include <utility>
#include <vector>

namespace aip::runner {

/// Things that wait for their next use; who has waited for `longest` is to end. Pure: time goes in. Not for concurrent
/// use.
template <typename Thing>
class IdlePool {
  public:
    using TimePoint = base::Clock::TimePoint;

    explicit IdlePool(base::Clock::Duration longest) : _longest(longest) {}

    void put(Thing thing, TimePoint now) { _waiting.push_back({std::move(thing), now}); }

    /// The one that came last, so that those which are not needed wait on. None: none waits.
    std::optional<Thing> take() {
        std::optional<Thing> last;
        if (!_waiting.empty()) {
            last = std::move(_waiting.back().thing);
            _waiting.pop_back();
        }
        return last;
    }

    std::vector<Thing> takeExpired(TimePoint now) {
        std::vector<Thing> expired;
        while (!_waiting.empty() && now >= _waiting.front().since + _longest) {
            expired.push_back(std::move(_waiting.front().thing));
            _waiting.pop_front();
        }
        return expired;
    }

    /// When the next one expires. None: none waits.
    std::optional<TimePoint> next() const {
        return _waiting.empty() ? std::nullopt : std::optional(_waiting.front().since + _longest);
    }

  private:
    struct Waiting {
        Thing thing;
        TimePoint since;
    };

    const base::Clock::Duration _longest;
    std::deque<Waiting> _waiting;  ///< who waits longest first
};

}  // namespace aip::runner
