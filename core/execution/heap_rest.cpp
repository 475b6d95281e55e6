#include "execution/heap_rest.h"

#include "base/clock.h"

#include <new>
#include <utility>

namespace aip::execution {
namespace {

/// As many times the rest: longer than a peer may take for an answer.
constexpr int untilSecond = 4;

}  // namespace

HeapRest::HeapRest(base::TimerQueue& timers, std::chrono::milliseconds rest, std::function<void()> giveBack)
    : _state(std::make_shared<State>(timers, rest, std::move(giveBack))) {}

void HeapRest::carried(std::size_t bytes) {
    _state->latest += bytes < busy ? 0 : 1;
    if ((_state->bytes += bytes) >= least) {
        planUnlessPlanned(_state);
    }
}

void HeapRest::planUnlessPlanned(const std::shared_ptr<State>& state) {
    if (!state->planned.exchange(true)) {
        plan(state, Pass::first);
    }
}

void HeapRest::plan(const std::shared_ptr<State>& state, Pass pass) {
    try {
        const auto wait = pass == Pass::first ? state->rest : untilSecond * state->rest;
        state->timers.at(std::chrono::steady_clock::now() + wait,
                         [weak = std::weak_ptr(state), pass, before = state->latest.load()] {
                             if (const auto still = weak.lock()) {
                                 look(still, pass, before);
                             }
                         });
    } catch (const std::bad_alloc&) {
        state->planned = false;
    }
}

void HeapRest::look(const std::shared_ptr<State>& state, Pass pass, std::size_t before) {
    if (state->latest != before) {
        return plan(state, Pass::first);
    }
    if (pass == Pass::first) {
        plan(state, Pass::second);
    } else {
        state->bytes = 0;
        state->planned = false;
        if (state->latest != before) {  // it has come meanwhile, and found a plan
            planUnlessPlanned(state);
        }
    }
    state->giveBack();
}

}  // namespace aip::execution
