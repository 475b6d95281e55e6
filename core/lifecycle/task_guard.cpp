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
    if (_task && !_task->started && sessionId && !isForeign(sessionId)) {
        _task->sessionId = protocol::owned(sessionId);
    }
}

void TaskGuard::sawCommand(protocol::OptionalText sessionId, protocol::OptionalText taskName) {
    if (!sessionId || isForeign(sessionId)) {
        return;
    }
    const bool ours = _task && _task->sessionId == *sessionId;
    if (ours || (_task && !_task->started && taskName == _task->name)) {
        _task->sessionId = protocol::owned(sessionId);
        _task->started = true;
    } else if (!_task || _task->started || taskName) {
        addForeign(sessionId);
    }
}

bool TaskGuard::end(protocol::OptionalText sessionId) {
    if (isForeign(sessionId)) {
        _foreign.erase(_foreign.find(*sessionId));
        return false;
    }
    const bool ends = endsRunning(sessionId);
    if (ends) {
        _task.reset();
    }
    return ends;
}

bool TaskGuard::endsRunning(protocol::OptionalText sessionId) const {
    if (!_task) {
        return false;
    }
    return !_task->sessionId || (sessionId && (!_task->started || *_task->sessionId == *sessionId));
}

void TaskGuard::lastCommand(protocol::OptionalText sessionId) {
    if (!isForeign(sessionId) && endsRunning(sessionId)) {
        _task.reset();
        addForeign(sessionId);
    }
}

std::optional<std::string> TaskGuard::refused(protocol::OptionalText sessionId) {
    if (!_task || _task->started || isForeign(sessionId)) {
        return std::nullopt;
    }
    std::optional<std::string> name = std::move(_task->name);
    _task.reset();
    return name;
}

void TaskGuard::addForeign(protocol::OptionalText sessionId) {
    if (sessionId && _foreign.size() < maxForeign) {
        _foreign.emplace(*sessionId);
    }
}

}  // namespace aip::lifecycle
