#include "plugins/call_queue.h"

namespace aip::plugins {

void finish(Outcomes&& outcomes) {
    for (auto& [call, outcome] : outcomes) {
        call->finish(std::move(outcome));
    }
    outcomes.clear();
}

bool CallQueue::push(std::shared_ptr<hosting::Call> call) {
    if (_calls.size() >= _limit) {
        return false;
    }
    _calls.push_back(std::move(call));
    return true;
}

std::shared_ptr<hosting::Call> CallQueue::pop() {
    auto call = std::move(_calls.front());
    _calls.pop_front();
    return call;
}

std::shared_ptr<hosting::Call> CallQueue::popLive(Outcomes& outcomes) {
    while (!_calls.empty()) {
        auto call = pop();
        if (!call->cancelled() && !call->finished()) {
            return call;
        }
        outcomes.emplace_back(call, call->cancelOutcome());
    }
    return nullptr;
}

}  // namespace aip::plugins
