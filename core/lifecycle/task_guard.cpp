#include "lifecycle/task_guard.h"

#include <algorithm>
#include <utility>

namespace aip::lifecycle {
namespace {

/// Other sessions that are remembered; older ones count as unknown.
constexpr std::size_t maxOthers = 1'000;

/// A longer id comes only with a COMMAND that is refused.
bool isKept(protocol::OptionalText sessionId) {
    return sessionId && sessionId->size() <= protocol::maxIdSize;
}

}  // namespace

bool TaskGuard::begin(std::string name, protocol::OptionalText sessionId) {
    if (_task) {
        return false;
    }
    if (sessionId) {
        std::erase(_others, *sessionId);
    }
    _task = Task{++_begun, std::move(name), protocol::owned(sessionId)};
    return true;
}

void TaskGuard::acknowledged(protocol::OptionalText sessionId) {
    if (_task && !_task->started && sessionId && !isOther(sessionId)) {
        _task->sessionId = protocol::owned(sessionId);
    }
}

void TaskGuard::sawCommand(protocol::OptionalText sessionId, protocol::OptionalText taskName) {
    if (!isKept(sessionId) || isOther(sessionId)) {
        return;
    }
    const bool ours = _task && _task->sessionId == *sessionId;
    if (ours || (_task && !_task->started && taskName == _task->name)) {
        _task->sessionId = protocol::owned(sessionId);
        _task->started = true;
    } else if (!_task || _task->started || taskName) {
        addOther(sessionId);
    }
}

bool TaskGuard::end(protocol::OptionalText sessionId) {
    if (!_task || isOther(sessionId)) {
        return false;
    }
    const bool ends = !_task->sessionId || (sessionId && (!_task->started || *_task->sessionId == *sessionId));
    if (ends) {
        finish();
        addOther(sessionId);
    }
    return ends;
}

std::optional<std::string> TaskGuard::refused(protocol::OptionalText sessionId) {
    if (!_task || _task->started || isOther(sessionId)) {
        return std::nullopt;
    }
    std::optional<std::string> name = _task->name;
    finish();
    return name;
}

void TaskGuard::connectionLost() {
    if (_task) {
        finish();
    }
}

void TaskGuard::finish() {
    addOther(_task->sessionId);
    _task.reset();
}

bool TaskGuard::isOther(protocol::OptionalText sessionId) const {
    return sessionId && std::ranges::find(_others, *sessionId) != _others.end();
}

void TaskGuard::addOther(protocol::OptionalText sessionId) {
    if (!isKept(sessionId) || isOther(sessionId)) {
        return;
    }
    if (_others.size() == maxOthers) {
        _others.pop_front();
    }
    _others.emplace_back(*sessionId);
}

}  // namespace aip::lifecycle
