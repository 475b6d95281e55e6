#include "execution/running_calls.h"

#include <algorithm>

namespace aip::execution {
namespace {

base::Error byOperator() {
    return {base::Code::cancelled, "cancelled by the operator"};
}

}  // namespace

std::string_view name(RunningCall::State state) {
    switch (state) {
        case RunningCall::State::waiting:
            return "waiting";
        case RunningCall::State::checking:
            return "checking";
        case RunningCall::State::queued:
            return "queued";
        case RunningCall::State::running:
            return "running";
        case RunningCall::State::cancelling:
            return "cancelling";
    }
    return "";
}

RunningCalls::Entry& RunningCalls::Entry::operator=(Entry&& other) noexcept {
    std::swap(_calls, other._calls);
    std::swap(_id, other._id);
    return *this;
}

void RunningCalls::Entry::leave() noexcept {
    if (auto* const calls = std::exchange(_calls, nullptr)) {
        // What is taken out is destroyed after the unlock.
        static_cast<void>(calls->_state.with([this](State& state) {
            ++state.left;
            return state.held.extract(_id);
        }));
        calls->_state.notify();
    }
}

RunningCalls::Entry RunningCalls::enter(const std::shared_ptr<InFlight>& call) {
    const auto since = _clock.now();
    const Id id = _state.with([&](State& state) {
        state.held.emplace_hint(state.held.end(), state.latest + 1, Held{call, since});
        return ++state.latest;
    });
    Entry entry(*this, id);
    if (_entered) {
        _entered();
    }
    return entry;
}

void RunningCalls::waitForOtherDoors(std::string_view door, std::chrono::steady_clock::time_point limit) {
    const auto isOther = [door](const Found& each) { return each.call->caller().door != door; };
    while (std::chrono::steady_clock::now() < limit) {
        const auto left = _state.with([](const State& state) { return state.left; });
        if (const auto found = all(); std::ranges::none_of(found, isOther)) {
            return;
        }
        const auto changed = [left](const State& state) { return !state.waits || state.left != left; };
        if (!_state.waitUntil(limit, changed, [](const State& state) { return state.waits; })) {
            return;
        }
    }
}

std::size_t RunningCalls::waitForThese(std::chrono::steady_clock::time_point limit) {
    const Id latest = _state.with([](const State& state) { return state.latest; });
    const auto over = [latest](const State& state) {
        return !state.waits || state.held.empty() || state.held.begin()->first > latest;
    };
    _state.waitUntil(limit, over, [](const State& /*state*/) {});
    const auto found = all();
    return static_cast<std::size_t>(std::ranges::count_if(
        found, [latest](const Found& each) { return each.id <= latest && !each.call->holdsCalls(); }));
}

void RunningCalls::endWaiting() {
    _state.with([](State& state) { state.waits = false; });
    _state.notify();
}

bool RunningCalls::empty() const {
    return _state.with([](const State& state) { return state.held.empty(); });
}

std::vector<RunningCalls::Found> RunningCalls::all() const {
    std::vector<Found> found;  // destroyed, if need be, with no lock held
    _state.with([&](const State& state) {
        found.reserve(state.held.size());
        for (const auto& [id, held] : state.held) {
            if (auto call = held.call.lock()) {
                found.push_back({id, std::move(call), held.since});
            }
        }
    });
    return found;
}

RunningCalls::List RunningCalls::list(std::size_t most) const {
    List list;
    const auto now = _clock.now();
    for (const auto& found : all()) {
        auto call = found.call->describe();
        if (call && list.calls.size() < most) {
            call->id = found.id;
            call->age = std::chrono::duration_cast<std::chrono::milliseconds>(now - found.since);
            list.calls.push_back(*std::move(call));
        } else if (call) {
            ++list.leftOut;
        }
    }
    return list;
}

/// COMMANDs first, and of these the latest: one that waits must not begin at the end of another.
std::size_t RunningCalls::stopWhere(const base::Error& why, std::optional<std::chrono::milliseconds> grace,
                                    const std::function<bool(const Found&)>& wanted) {
    auto found = all();
    std::erase_if(found, [&](const Found& each) { return !wanted(each); });
    std::reverse(found.begin(), found.end());
    std::stable_partition(found.begin(), found.end(), [](const Found& each) { return each.call->holdsCalls(); });
    for (const auto& each : found) {
        each.call->stop(why, grace);
    }
    return found.size();
}

std::size_t RunningCalls::cancel(Id call) {
    return stopWhere(byOperator(), {}, [call](const Found& each) { return each.id == call; });
}

std::size_t RunningCalls::cancel(const SessionKey& session) {
    return stopWhere(byOperator(), {}, [&session](const Found& each) {
        const auto key = each.call->caller().sessionKey();
        return key.id == session.id && (session.door.empty() || key.door == session.door);
    });
}

std::size_t RunningCalls::cancelTask(std::string_view task) {
    return stopWhere(byOperator(), {}, [task](const Found& each) { return each.call->caller().task == task; });
}

std::size_t RunningCalls::stopAll(const base::Error& why, std::optional<std::chrono::milliseconds> grace) {
    return stopWhere(why, grace, [](const Found&) { return true; });
}

}  // namespace aip::execution
