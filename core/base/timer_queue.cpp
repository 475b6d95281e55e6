#include "base/timer_queue.h"

#include "base/run_logged.h"
#include "base/thread_name.h"

namespace aip::base {

TimerQueue::TimerQueue()
    : _thread([this] {
          nameThread("aip-control");
          run(*_plan);
      }) {}

TimerQueue::~TimerQueue() {
    {
        const std::lock_guard lock(_plan->mutex);
        _plan->stopping = true;
    }
    _plan->changed.notify_one();
    _thread.join();
    std::unique_lock lock(_plan->mutex);
    const auto cancelled = std::move(_plan->actions);
    lock.unlock();  // what the actions hold is destroyed here, not by the last ticket
}

TimerQueue::Ticket TimerQueue::at(Clock::TimePoint time, Action action) {
    const std::lock_guard lock(_plan->mutex);
    const Key key{time, _plan->next++};
    _plan->actions.emplace(key, std::move(action));
    // Waking once too early is cheaper than waking the thread whenever an action is taken back.
    if (time < _plan->wakeAt) {
        _plan->changed.notify_one();
    }
    return {_plan, key};
}

void TimerQueue::Ticket::drop() const {
    if (const auto plan = _plan.lock()) {
        std::unique_lock lock(plan->mutex);
        const auto dropped = plan->actions.extract(_key);
        lock.unlock();  // what the action holds may be destroyed with it
    }
}

void TimerQueue::run(Plan& plan) {
    std::unique_lock lock(plan.mutex);
    while (!plan.stopping) {
        const auto first = plan.actions.begin();
        if (first != plan.actions.end() && first->first.first <= std::chrono::steady_clock::now()) {
            Action action = std::move(first->second);
            plan.actions.erase(first);
            lock.unlock();
            runLogged(action);
            action = nullptr;  // what it holds may be destroyed with it
            lock.lock();
            continue;
        }
        plan.wakeAt = first == plan.actions.end() ? Clock::TimePoint::max() : first->first.first;
        if (plan.wakeAt == Clock::TimePoint::max()) {
            plan.changed.wait(lock);
        } else {
            plan.changed.wait_until(lock, plan.wakeAt);
        }
    }
}

}  // namespace aip::base
