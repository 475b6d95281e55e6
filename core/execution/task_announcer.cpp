#include "execution/task_announcer.h"

#include "base/guarded.h"
#include "base/log.h"

#include <atomic>
#include <memory>
#include <new>
#include <string>
#include <utility>

namespace aip::execution {
namespace {

using hosting::Call;

/// Counts an event that is under way, until its call is over or could not be made.
class Underway {
  public:
    explicit Underway(std::shared_ptr<std::atomic<int>> count) : _count(std::move(count)), _place(++*_count) {}
    ~Underway() { --*_count; }
    Underway(const Underway&) = delete;
    Underway& operator=(const Underway&) = delete;

    /// How many there are with it.
    int place() const { return _place; }

  private:
    const std::shared_ptr<std::atomic<int>> _count;
    const int _place;
};

Call::Request requestOf(Call::Kind kind, const std::shared_ptr<const hosting::Task>& task, const std::string& plugin) {
    const bool begins = kind == Call::Kind::taskBegan;
    Call::Request request;
    request.kind = kind;
    request.id = std::string(begins ? "task-begin:" : "task-end:") + std::to_string(task->number) + ":" + plugin;
    request.tool = begins ? "the start of a task" : "the end of a task";
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
            trySend(kind, task, slot);
        }
    }
}

/// Without memory for one plugin the others hear of it.
void TaskAnnouncer::trySend(Call::Kind kind, const std::shared_ptr<const hosting::Task>& task,
                            const std::shared_ptr<plugins::Slot>& slot) const {
    try {
        send(kind, task, slot);
    } catch (const std::bad_alloc&) {
        base::log::warn("plugin {}: not enough memory to tell it of a task", slot->manifest().id);
    }
}

void TaskAnnouncer::send(Call::Kind kind, const std::shared_ptr<const hosting::Task>& task,
                         const std::shared_ptr<plugins::Slot>& slot) const {
    auto counted = std::make_shared<Underway>(_underWay);
    if (counted->place() > most) {
        return;
    }
    auto request = requestOf(kind, task, slot->manifest().id);
    request.deadline = _clock.now() + _limit;
    const auto timer = std::make_shared<base::Guarded<base::TimerQueue::Ticket>>();
    auto done = [timer, counted = std::move(counted), id = request.id](const hosting::Outcome& outcome) mutable {
        timer->with([](const auto& ticket) { return ticket; }).drop();
        counted.reset();
        base::log::debug("call {}: {} {}", id, base::codeName(outcome.code), outcome.error);
    };
    const auto call = std::make_shared<Call>(std::move(request), std::move(done));
    timer->with([watch = _watchdog.watch(call, slot)](auto& ticket) { ticket = watch; });
    slot->invoke(call);
}

}  // namespace aip::execution
