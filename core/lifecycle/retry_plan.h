#pragma once

#include "base/backoff.h"
#include "base/clock.h"
#include "base/log.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace aip::lifecycle {

struct RetrySettings {
    std::chrono::milliseconds backoffBase{1'000};
    std::chrono::milliseconds backoffCap{60'000};
    std::chrono::milliseconds occupiedCap{5'000};  ///< longest wait while the server may hold our old connection
    std::uint32_t maxRetries = 0;                  ///< retries in a row without a registration; 0: no limit
};

/// When to connect again, when to give up, and what to say about it. A registration resets the count of retries; the
/// waits start again only after a stable connection.
///
/// While the client_id is already registered, the first minute is spent on short waits for the server to drop our old
/// connection. After that another device may have the id, and the waits grow to the cap. One line per change of this
/// state, then a summary every ten minutes. Pure; one thread.
class RetryPlan {
  public:
    static constexpr std::chrono::minutes ownConnectionLimit{1};
    static constexpr std::chrono::minutes summaryInterval{10};

    enum class Cause { failed, occupied };

    struct Step {
        std::optional<std::chrono::milliseconds> wait;  ///< none: give up
        base::log::Level level;
        std::string line;
    };

    RetryPlan(const RetrySettings& settings, const base::Backoff::Random& random);

    /// An attempt begins. Returns its number since the last registration.
    std::uint32_t attempt() { return ++_attempts; }
    std::uint32_t attempts() const { return _attempts; }

    /// An attempt, or a registered connection, has ended.
    /// `stayAway`: for how long the server asked us to; 0: it did not. Counts up to the cap.
    Step next(Cause cause, base::Clock::TimePoint now, std::chrono::milliseconds stayAway = {});

    void registered();
    /// Registered for long enough: the waits start again.
    void stable() { _backoff.reset(); }

    /// Level for lines about attempts that only repeat what has been said.
    base::log::Level levelOfRepeats(base::log::Level usual) const {
        return _phase == Phase::free ? usual : base::log::Level::debug;
    }

  private:
    enum class Phase : std::uint8_t { free, ownConnection, anotherDevice };

    Step failed(std::chrono::milliseconds stayAway);
    Step occupied(base::Clock::TimePoint now);
    std::string occupiedFor(base::Clock::TimePoint now) const;

    const std::uint32_t _maxRetries;
    const std::chrono::milliseconds _cap;
    base::Backoff _backoff;
    base::Backoff _ownConnection;
    base::Backoff _anotherDevice;
    std::uint32_t _attempts = 0;  ///< since the last registration
    std::uint32_t _retries = 0;   ///< of these, or to come
    Phase _phase = Phase::free;
    std::optional<base::Clock::TimePoint> _occupiedSince;
    base::Clock::TimePoint _lastLine;
    std::uint32_t _refusals = 0;  ///< since _occupiedSince
};

}  // namespace aip::lifecycle
