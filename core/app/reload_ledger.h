#pragma once

#include "base/error.h"
#include "base/guarded.h"
#include "control/operator.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace aip::app {

/// What became of the reloads, for those who wait for one. One reload at a time begins and ends. Any thread.
class ReloadLedger {
  public:
    /// An error: why everything, or the set of plugins, stays as it is.
    using Outcome = base::Result<control::Reloaded>;
    using Number = std::uint64_t;

    /// Of the latest one that has begun.
    Number begun() const {
        return _state.with([](const State& state) { return state.begun; });
    }

    void begin() {
        _state.with([](State& state) { ++state.begun; });
    }

    /// Of the one that has begun.
    void end(Outcome outcome) {
        _state.with([&](State& state) {
            state.ended = state.begun;
            state.latest = std::move(outcome);
        });
        _state.notify();
    }

    /// The outcome of one that has begun after `before`; none if there is none until `limit`. Blocks.
    std::optional<Outcome> after(Number before, std::chrono::steady_clock::time_point limit) {
        return _state.waitUntil(
            limit, [before](const State& state) { return state.ended > before; },
            [before](const State& state) { return state.ended > before ? state.latest : std::nullopt; });
    }

  private:
    struct State {
        Number begun = 0;
        Number ended = 0;
        std::optional<Outcome> latest{};
    };

    base::Guarded<State> _state;
};

}  // namespace aip::app
