#include "lifecycle/task_guard.h"

#include <utility>

namespace aip::lifecycle {
namespace {

/// Foreign sessions that are remembered; further ones count as unknown.
constexpr std::size_t maxForeign = 1'000;

}  // namespace

bool TaskGuard::begin(std::string name, protocol::OptionalText sessionId) {
    if (_task) {
        return false;
    }
    _task = Task{std::move(name), protocol::owned(sessionId)};
    return true;
}

void TaskGuard::acknowledged(protocol::OptionalText sessionId) {
    if (_task && !_task->sessionId && sessionId && !_foreign.contains(*sessionId)) {
        _task->sessionId = protocol::owned(sessionId);
    }
}

void TaskGuard::sawCommand(protocol::OptionalText sessionId, protocol::OptionalText taskName) {
    if (!sessionId || (_task && _task->sessionId == *sessionId)) {
        return;
    }
    if (_task && !_task->sessionId && taskName == _task->name) {
        _task->sessionId = protocol::owned(sessionId);
    } else if (_foreign.size() < maxForeign) {
        _foreign.emplace(*sessionId);
    }
}

bool TaskGuard::end(protocol::OptionalText sessionId) {
    if (sessionId) {
        if (const auto foreign = _foreign.find(*sessionId); foreign != _foreign.end()) {
            _foreign.erase(foreign);
            return false;
        }
    }
    const bool ours = _task && (!_task->sessionId || (sessionId && *_task->sessionId == *sessionId));
    if (ours) {
        _task.reset();
    }
    return ours;
}

}  // namespace aip::lifecycle
