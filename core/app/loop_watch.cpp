#include "app/loop_watch.h"

#include "base/log.h"

#include <exception>
#include <utility>

namespace aip::app {

void LoopWatch::add(Loop loop) {
    _loops.push_back(std::move(loop));
    _states.with([](States& states) { states.emplace_back(); });
}

void LoopWatch::beat(const std::string& name) {
    _states.with([&](States& states) {
        for (std::size_t i = 0; i < _loops.size(); ++i) {
            if (_loops[i].name == name) {
                states[i].owes = false;
                ++states[i].beats;
            }
        }
    });
    _states.notify();
}

std::vector<std::string> LoopWatch::frozen() {
    ask();
    return overdue();
}

std::vector<std::string> LoopWatch::frozenAfter(std::chrono::milliseconds limit) {
    ask();
    _states.waitUntil(
        std::chrono::steady_clock::now() + limit, [&](const States& states) { return answered(states, limit); },
        [](const States&) {});
    return overdue();
}

/// With no lock held: a loop may answer at once.
void LoopWatch::ask() {
    for (std::size_t i = 0; i < _loops.size(); ++i) {
        const bool owed = _states.with([&](States& states) {
            if (!states[i].owes) {
                states[i].asked = _clock.now();
            }
            return std::exchange(states[i].owes, true);
        });
        if (owed) {
            continue;
        }
        try {
            _loops[i].ask();
        } catch (const std::exception& failure) {
            base::log::warn("the {} loop cannot be asked for a beat: {}", _loops[i].name, failure.what());
            _states.with([&](States& states) { states[i].owes = false; });
        }
    }
}

std::vector<std::string> LoopWatch::overdue() const {
    const auto now = _clock.now();
    return _states.with([&](const States& states) {
        std::vector<std::string> names;
        for (std::size_t i = 0; i < _loops.size(); ++i) {
            if (states[i].owes && now - states[i].asked >= _loops[i].patience) {
                names.push_back(_loops[i].name);
            }
        }
        return names;
    });
}

bool LoopWatch::answered(const States& states, std::chrono::milliseconds limit) const {
    for (std::size_t i = 0; i < _loops.size(); ++i) {
        if (states[i].owes && _loops[i].patience <= limit) {
            return false;
        }
    }
    return true;
}

std::vector<LoopWatch::Age> LoopWatch::ages() const {
    const auto now = _clock.now();
    return _states.with([&](const States& states) {
        std::vector<Age> ages;
        for (std::size_t i = 0; i < _loops.size(); ++i) {
            const auto& state = states[i];
            ages.push_back({_loops[i].name, state.owes ? now - state.asked : base::Clock::Duration(0), state.beats});
        }
        return ages;
    });
}

}  // namespace aip::app
