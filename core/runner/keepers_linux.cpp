#include "runner/keepers_linux.h"

#include <exception>
#include <utility>
#include <vector>

namespace aip::runner {
namespace {

base::Clock::TimePoint now() {
    return base::SystemClock().now();
}

}  // namespace

base::Result<Supervised> Keepers::start(const Supervised::Launch& launch) {
    auto idle = _pool.with([](Pool& pool) { return pool.idle.take(); });
    return idle && idle->startNext(launch) ? *std::move(idle) : Supervised::start(launch);
}

void Keepers::giveBack(Supervised idle) {
    base::TimerQueue* const queue = timers();
    if (queue == nullptr) {
        return;  // it ends now, as nobody could end it later
    }
    _pool.with([&](Pool& pool) {
        pool.idle.put(std::move(idle), now());
        if (!std::exchange(pool.isPlanned, true)) {
            queue->at(*pool.idle.next(), [this, queue] { endIdle(*queue); });
        }
    });
}

/// Null if the system has no thread for it.
base::TimerQueue* Keepers::timers() {
    return _timers.with([](std::optional<base::TimerQueue>& timers) -> base::TimerQueue* {
        try {
            return timers ? &*timers : &timers.emplace();
        } catch (const std::exception&) {
            return nullptr;
        }
    });
}

/// Once more after the last one has ended, which is reaped then.
void Keepers::endIdle(base::TimerQueue& timers) {
    Supervised::reapKeepers();
    const auto ended = _pool.with([this, &timers](Pool& pool) {
        auto expired = pool.idle.takeExpired(now());
        const auto next = pool.idle.next();
        pool.isPlanned = next || !expired.empty();
        if (pool.isPlanned) {
            timers.at(next.value_or(now() + _longest), [this, &timers] { endIdle(timers); });
        }
        return expired;
    });
}

}  // namespace aip::runner
