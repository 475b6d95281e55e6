#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "base/guarded.h"
#include "link/link.h"
#include "plugins/process_pool.h"

#include <functional>
#include <map>
#include <memory>
#include <utility>

namespace aip::plugins {

/// A ProcessPool that many threads use, with the links of its processes. What the pool decides is carried out with no
/// lock held: calls are sent by the thread that got them their place, and finished by the thread that learns of their
/// end. Any thread.
class SharedPool {
  public:
    /// `wake` lets a thread call turn() soon; false: there is no such thread. Called with no lock held.
    SharedPool(const admission::Manifest& manifest, const ProcessPool::Limits& limits, RestartPolicy restarts,
               std::function<bool()> wake)
        : _state(manifest, limits, std::move(restarts)), _wake(std::move(wake)) {}

    /// `use(pool)` and what it returns, for what has no effects.
    template <typename Use>
    auto with(Use&& use) {
        return _state.with([&](State& state) { return use(state.pool); });
    }
    template <typename Use>
    auto with(Use&& use) const {
        return _state.with([&](const State& state) { return use(state.pool); });
    }

    /// Carries out the effects that `action(pool)` returns. True if a call was sent.
    template <typename Action>
    bool apply(Action&& action) {
        return carryOut(decide(action));
    }

    /// Blocks until `done(pool)` is true; then `use(pool)`, and what it returns.
    template <typename Done, typename Use>
    auto waitFor(Done&& done, Use&& use) {
        return _state.waitFor([&](const State& state) { return done(state.pool); },
                              [&](State& state) { return use(state.pool); });
    }
    void notify() { _state.notify(); }

    ProcessId launched(std::shared_ptr<link::Link> link, base::Clock::TimePoint now);
    void ended(ProcessId process, const ProcessEnd& end, base::Clock::TimePoint now);
    ProcessPool::Turn turn(base::Clock::TimePoint now);
    /// Tells the process that serves the call, or finishes it if it waits.
    void cancelled(const hosting::Call& call);

  private:
    struct State {
        State(const admission::Manifest& manifest, const ProcessPool::Limits& limits, RestartPolicy restarts)
            : pool(manifest, limits, std::move(restarts)) {}

        ProcessPool pool;
        std::map<ProcessId, std::shared_ptr<link::Link>> links;
    };

    /// Effects, and the link for their delivery.
    struct Decision {
        ProcessPool::Effects effects;
        std::shared_ptr<link::Link> link;
    };

    template <typename Action>
    Decision decide(Action&& action) {
        return _state.with([&](State& state) {
            Decision decision{action(state.pool), {}};
            if (const auto& delivery = decision.effects.delivery) {
                decision.link = state.links.at(delivery->process);
            }
            return decision;
        });
    }

    bool carryOut(Decision decision);
    base::Result<void> send(const ProcessPool::Delivery& delivery, link::Link& link) const;
    void wakeIfWaiting(const link::Link& link) const;

    base::Guarded<State> _state;
    const std::function<bool()> _wake;
};

}  // namespace aip::plugins
