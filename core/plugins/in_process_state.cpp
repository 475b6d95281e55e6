#include "plugins/in_process_state.h"

#include <algorithm>
#include <utility>

namespace aip::plugins {

hosting::Outcome InProcessState::refused() const {
    if (accepts()) {
        return busy(_manifest, _queue.size());
    }
    return _stopping ? refusal(_manifest, SlotState::stopped, "") : refusal(_manifest, _state, _reason.line());
}

void InProcessState::retryIfDue(TimePoint now) {
    if (_state == SlotState::restarting && now >= _retryAt) {
        _state = SlotState::idle;
    }
}

bool InProcessState::push(const std::shared_ptr<hosting::Call>& call, TimePoint now) {
    retryIfDue(now);
    return accepts() && _queue.push(call);
}

bool InProcessState::revive() {
    if (_state != SlotState::restarting || _stopping) {
        return false;
    }
    _shortage.reset();
    _retryAt = {};
    return true;
}

std::optional<std::chrono::milliseconds> InProcessState::wait(TimePoint now) const {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(_retryAt - now);
    return _state == SlotState::restarting ? std::optional(left) : std::nullopt;
}

bool InProcessState::beginStart(TimePoint now) {
    retryIfDue(now);
    _starting = _state == SlotState::idle && !_stopping;
    return _starting;
}

bool InProcessState::started() {
    if (!_stopping) {
        _state = SlotState::running;
        _reason = {};
    }
    return !_stopping;
}

bool InProcessState::failed(const hosting::Refusal& why, TimePoint now) {
    if (!_stopping) {
        const bool later = why.code == hosting::reason::shortage;
        _state = later ? SlotState::restarting : SlotState::failed;
        _retryAt = later ? now + _shortage.next() : TimePoint::max();
        _reason = why;
    }
    return !_stopping;
}

Outcomes InProcessState::endStart() {
    _starting = false;
    return accepts() ? Outcomes() : refuseAll();
}

hosting::Check InProcessState::startResult() const {
    return accepts() ? hosting::Check() : startRefusal(_state, _reason);
}

SlotFigures InProcessState::figures(TimePoint now) const {
    SlotFigures figures{.running = _running.size(), .places = _manifest.concurrency, .waiting = _queue.size()};
    if (const auto left = wait(now)) {
        figures.nextStart = std::max(*left, std::chrono::milliseconds(0));
    }
    return figures;
}

bool InProcessState::isRunning(const hosting::Call& call) const {
    return std::ranges::find(_running, &call, &std::shared_ptr<hosting::Call>::get) != _running.end();
}

std::optional<Outcomes> InProcessState::abandon(const hosting::Call& call, std::string why) {
    _queue.takeOut(call);
    if (!isRunning(call) || _stopping) {
        return std::nullopt;
    }
    _state = SlotState::wedged;
    _reason = {{}, std::move(why)};
    return refuseAll();
}

Outcomes InProcessState::refuseAll() {
    Outcomes outcomes;
    for (auto& call : _queue.drain()) {
        outcomes.emplace_back(std::move(call), refused());
    }
    return outcomes;
}

std::shared_ptr<hosting::Call> InProcessState::nextCall() {
    --_idle;
    if (!accepts()) {
        return nullptr;
    }
    _running.push_back(_queue.pop());
    return _running.back();
}

std::optional<StoppedCalls> InProcessState::stop() {
    if (std::exchange(_stopping, true)) {
        return std::nullopt;
    }
    return StoppedCalls{_queue.drain(), _running};
}

hosting::Calls InProcessState::stopped() {
    _leftBehind = !allGone();
    _state = SlotState::stopped;
    return _running;
}

}  // namespace aip::plugins
