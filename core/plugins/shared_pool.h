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

/// A ProcessPool for many threads, with the links of its processes. The pool decides under a mutex; its effects are
/// carried out with no lock held, on the thread whose action caused them: that thread sends or finishes the calls. Any
/// thread.
class SharedPool {
  public:
    /// `wake` makes the loop's thread call turn() soon; or says why there is no such thread. `failed` hears of the
    /// failures of processes; may be empty. Both are called with no lock held.
    SharedPool(const admission::Manifest& manifest, const ProcessPool::Limits& limits, RestartPolicy restarts,
               std::function<hosting::Check()> wake, std::function<void(const std::string& why)> failed)
        : _state(manifest, limits, std::move(restarts)), _wake(std::move(wake)), _failed(std::move(failed)) {}

    /// Returns `use(pool)`. Not for actions that return Effects: see apply().
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

    /// Blocks until `done(pool)` is true, at most until `limit`; then returns `use(pool)`.
    template <typename Done, typename Use>
    auto waitUntil(base::Clock::TimePoint limit, Done&& done, Use&& use) {
        return _state.waitUntil(
            limit, [&](const State& state) { return done(state.pool); }, [&](State& state) { return use(state.pool); });
    }
    void notify() { _state.notify(); }

    /// `number`: its id in the system.
    ProcessId launched(std::shared_ptr<link::Link> link, int number, base::Clock::TimePoint now);
    void ended(ProcessId process, const ProcessEnd& end, base::Clock::TimePoint now);
    ProcessPool::Turn turn(base::Clock::TimePoint now);
    SlotFigures figures(base::Clock::TimePoint now) const;
    /// Removes the call from the queue and finishes it, or tells the process that serves it.
    void cancelled(const hosting::Call& call);
    /// As ProcessPool::abandon(). True: what serves the call is being ended, and answers it then.
    bool abandon(const hosting::Call& call);

  private:
    struct Attached {
        std::shared_ptr<link::Link> link;
        int number;
    };

    struct State {
        State(const admission::Manifest& manifest, const ProcessPool::Limits& limits, RestartPolicy restarts)
            : pool(manifest, limits, std::move(restarts)) {}

        ProcessPool pool;
        std::map<ProcessId, Attached> attached;
    };

    /// Effects, and the link on which their delivery is sent.
    struct Decision {
        ProcessPool::Effects effects;
        std::shared_ptr<link::Link> link;
    };

    template <typename Action>
    Decision decide(Action&& action) {
        return _state.with([&](State& state) {
            Decision decision{action(state.pool), {}};
            if (const auto& delivery = decision.effects.delivery) {
                decision.link = state.attached.at(delivery->process).link;
            }
            return decision;
        });
    }

    bool carryOut(Decision decision);
    base::Result<void> send(const ProcessPool::Delivery& delivery, link::Link& link) const;
    void wakeIfWaiting(const link::Link& link) const;

    base::Guarded<State> _state;
    const std::function<hosting::Check()> _wake;
    const std::function<void(const std::string& why)> _failed;
};

}  // namespace aip::plugins
