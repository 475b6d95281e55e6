#include "execution/task_announcer.h"

#include "base/guarded.h"
#include "base/log.h"

#include <optional>
#include <string>
#include <utility>

namespace aip::execution {
namespace {

using hosting::Call;

/// Drops the ticket when there is one and the event is over, whichever comes last.
class EventWatch {
  public:
    void by(base::TimerQueue::Ticket ticket) {
        const bool over = _state.with([&](State& state) {
            state.ticket = ticket;
            return state.over;
        });
        if (over) {
            ticket.drop();
        }
    }
    void over() {
        const auto ticket = _state.with([](State& state) {
            state.over = true;
            return state.ticket;
        });
        ticket.drop();
    }

  private:
    struct State {
        base::TimerQueue::Ticket ticket;
        bool over = false;
    };
    base::Guarded<State> _state;
};

Call::Request requestOf(Call::Kind kind, const std::shared_ptr<const hosting::Task>& task, const std::string& plugin) {
    const bool begins = kind == Call::Kind::taskBegan;
    Call::Request request;
    request.kind = kind;
    request.id = std::string(begins ? "task-begin:" : "task-end:") + std::to_string(task->number) + ":" + plugin;
    request.tool = begins ? "the begin of a task" : "the end of a task";
    request.caller.session = task->session;
    request.caller.task = task->name;
    request.caller.running = task;
    return request;
}

}  // namespace

void TaskAnnouncer::tell(Call::Kind kind, const std::shared_ptr<const hosting::Task>& task) const {
    if (!_plugins) {
        return;
    }
    for (const auto& slot : _plugins()) {
        if (slot->hearsOfTasks()) {
            send(kind, task, slot);
        }
    }
}

void TaskAnnouncer::send(Call::Kind kind, const std::shared_ptr<const hosting::Task>& task,
                         const std::shared_ptr<plugins::Slot>& slot) const {
    if (_underWay->fetch_add(1) >= most) {
        --*_underWay;
        return;
    }
    auto request = requestOf(kind, task, slot->manifest().id);
    request.deadline = _clock.now() + _limit;
    const auto watched = std::make_shared<EventWatch>();
    auto done = [watched, underWay = _underWay, id = request.id](const hosting::Outcome& outcome) {
        watched->over();
        --*underWay;
        base::log::debug("call {}: {} {}", id, base::codeName(outcome.code), outcome.error);
    };
    const auto call = std::make_shared<Call>(std::move(request), std::move(done));
    watched->by(_watchdog.watch(call, slot));
    slot->invoke(call);
}

}  // namespace aip::execution
