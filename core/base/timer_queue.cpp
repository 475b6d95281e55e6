#include "base/timer_queue.h"

namespace aip::base {

TimerQueue::TimerQueue() : _thread([this] { run(); }) {}

TimerQueue::~TimerQueue() {
    {
        const std::lock_guard lock(_mutex);
        _stopping = true;
    }
    _changed.notify_one();
    _thread.join();
}

TimerQueue::Ticket TimerQueue::at(Clock::TimePoint time, Action action) {
    const std::lock_guard lock(_mutex);
    const Ticket ticket{time, _next++};
    _planned.emplace(ticket, std::move(action));
    // Waking once too early is cheaper than waking the thread whenever an action is taken back.
    if (time < _wakeAt) {
        _changed.notify_one();
    }
    return ticket;
}

void TimerQueue::drop(const Ticket& ticket) {
    std::unique_lock lock(_mutex);
    const auto dropped = _planned.extract(ticket);
    lock.unlock();  // what the action holds may be destroyed with it
}

void TimerQueue::run() {
    std::unique_lock lock(_mutex);
    while (!_stopping) {
        const auto first = _planned.begin();
        if (first != _planned.end() && first->first.first <= std::chrono::steady_clock::now()) {
            Action action = std::move(first->second);
            _planned.erase(first);
            lock.unlock();
            action();
            action = nullptr;  // what it holds may be destroyed with it
            lock.lock();
            continue;
        }
        _wakeAt = first == _planned.end() ? Clock::TimePoint::max() : first->first.first;
        if (_wakeAt == Clock::TimePoint::max()) {
            _changed.wait(lock);
        } else {
            _changed.wait_until(lock, _wakeAt);
        }
    }
}

}  // namespace aip::base
