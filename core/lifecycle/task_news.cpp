#include "lifecycle/task_news.h"

#include "base/log.h"

#include <new>
#include <utility>

namespace aip::lifecycle {
namespace {

hosting::Task taskOf(const TaskGuard::Task& task) {
    return {task.number, task.sessionId.value_or(""), task.name};
}

}  // namespace

void TaskNews::follow(const std::optional<TaskGuard::Task>& task) {
    if (_current && (!task || task->number != _current->number)) {
        end();
    }
    if (task && !_current) {
        begin(*task);
    } else if (task && task->sessionId.value_or("") != _current->session) {
        name(*task);
    }
}

void TaskNews::begin(const TaskGuard::Task& task) {
    _current = std::make_shared<const hosting::Task>(taskOf(task));
    _running.put(*_current);
    if (_listener.began) {
        _listener.began(_current);
    }
}

/// The server has named its session.
void TaskNews::name(const TaskGuard::Task& task) {
    _current = std::make_shared<const hosting::Task>(taskOf(task));
    _running.put(*_current);
}

void TaskNews::end() {
    const TaskPtr task = std::exchange(_current, nullptr);
    if (_ending.size() == mostEnding) {
        _running.remove(_ending.front()->number);
        _ending.erase(_ending.begin());
    }
    _ending.push_back(task);
    if (!_commands.contains(task->session)) {
        tellEnds(task->session);
    }
}

void TaskNews::tellEnds(const std::string& session) {
    std::erase_if(_ending, [&](const TaskPtr& task) {
        const bool over = task->session == session;
        if (over) {
            _running.remove(task->number);
            tellEnd(task);
        }
        return over;
    });
}

/// Without memory nobody hears of it.
void TaskNews::tellEnd(const TaskPtr& task) const {
    try {
        if (_listener.ended) {
            _listener.ended(task);
        }
    } catch (const std::bad_alloc&) {
        base::log::warn("not enough memory to tell that a task has ended");
    }
}

void TaskNews::submitted(protocol::OptionalText session) {
    if (const auto known = _commands.find(session.value_or("")); known != _commands.end()) {
        ++known->second;
    } else {
        _commands.emplace(session.value_or(""), 1);
    }
}

void TaskNews::answered(protocol::OptionalText session) {
    const auto commands = _commands.find(session.value_or(""));
    if (commands == _commands.end() || --commands->second > 0) {
        return;
    }
    const auto idle = _commands.extract(commands);
    tellEnds(idle.key());
}

}  // namespace aip::lifecycle
