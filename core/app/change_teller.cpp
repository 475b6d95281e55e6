#include "app/change_teller.h"

#include <chrono>
#include <utility>

namespace aip::app {
namespace {

/// Between a change of tools and telling clients of it.
constexpr std::chrono::milliseconds changePause{200};

}  // namespace

ChangeTeller::ChangeTeller(base::TimerQueue& timers, std::function<void()> tell)
    : _timers(timers), _tell(std::move(tell)) {}

void ChangeTeller::changed() {
    _state->with([this](State& state) {
        state.time.drop();
        state.time = _timers.at(std::chrono::steady_clock::now() + changePause, [held = _state, tell = _tell] {
            held->with([&](State& now) {
                if (now.thread) {
                    now.thread->run(tell);
                }
            });
        });
    });
}

void ChangeTeller::stop() {
    std::unique_ptr<base::ThreadPool> thread;
    _state->with([&](State& state) {
        state.time.drop();
        thread = std::move(state.thread);
    });
}

}  // namespace aip::app
