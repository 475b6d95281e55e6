#include "execution/call_timer.h"

#include <algorithm>
#include <utility>

namespace aip::execution {

CallTimer::~CallTimer() {
    _state.with([](const State& state) { return state.ticket; }).drop();
}

void CallTimer::begin(std::shared_ptr<hosting::Call> call, std::shared_ptr<plugins::Slot> slot) {
    const auto deadline = call->request().deadline;
    const auto look = _silence->firstLook(*call);
    _state.with([&](State& state) {
        state.current = {std::move(call), std::move(slot), deadline, look, _silence->schedule()};
        plan(state);
    });
}

void CallTimer::end() {
    // What is taken out is destroyed after the unlock.
    static_cast<void>(
        _state.with([this](State& state) { return std::exchange(state.current, {.schedule = _silence->schedule()}); }));
}

/// Unless it is planned for a time before.
void CallTimer::plan(State& state) {
    const auto next = std::min(state.current.deadline, state.current.look);
    if (next < state.planned) {
        const auto before = std::exchange(state.ticket, _timers.at(next, [weak = weak_from_this(), next] {
            if (const auto self = weak.lock()) {
                self->fire(next);
            }
        }));
        state.planned = next;
        before.drop();  // it would stay in the queue until its time, also if all calls have ended long before
    }
}

/// A plan that was replaced while its timer began is not `planned` any more.
void CallTimer::fire(TimePoint planned) {
    Current current = _state.with([&](State& state) {
        const bool latest = state.planned == planned;
        state.planned = latest ? TimePoint::max() : state.planned;
        return latest ? state.current : Current{.schedule = _silence->schedule()};
    });
    if (!current.call) {
        return;
    }
    lookAt(current, std::chrono::steady_clock::now());
    _state.with([&](State& state) {
        if (state.current.call == current.call) {
            state.current = current;
            plan(state);
        }
    });
}

void CallTimer::lookAt(Current& current, TimePoint now) const {
    if (now >= current.look) {
        current.look = _silence->look(*current.call, *current.slot, current.schedule, now);
    }
    if (now >= current.deadline) {
        current.deadline = TimePoint::max();
        _watchdog.cancel(current.call, current.slot, base::Code::deadline, "the time given to the tool is over");
    }
}

}  // namespace aip::execution
