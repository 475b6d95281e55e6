#include "hosting/coalescing_worker.h"

#include "base/log.h"
#include "base/run_logged.h"

#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

namespace aip::hosting {

struct CoalescingWorker::State {
    explicit State(std::chrono::milliseconds between) : pause(between) {}

    const std::chrono::milliseconds pause;
    std::mutex mutex;
    std::condition_variable changed;
    Job job;
    bool running = false;
    bool stopped = false;
};

CoalescingWorker::CoalescingWorker(std::chrono::milliseconds pause) : _state(std::make_shared<State>(pause)) {}

void CoalescingWorker::demand(Job job) {
    const std::lock_guard lock(_state->mutex);
    if (_state->stopped) {
        return;
    }
    _state->job = std::move(job);
    if (_state->running) {
        return;
    }
    try {
        std::thread([state = _state] { run(state); }).detach();
        _state->running = true;
    } catch (const std::exception& problem) {
        base::log::error("cannot make a thread: {}", problem.what());
    }
}

void CoalescingWorker::run(const std::shared_ptr<State>& state) {
    std::unique_lock lock(state->mutex);
    while (state->job && !state->stopped) {
        Job job = std::exchange(state->job, nullptr);
        lock.unlock();
        base::runLogged(job);
        job = nullptr;  // destroys what it holds, with no lock held
        lock.lock();
        if (state->job) {
            state->changed.wait_for(lock, state->pause, [&] { return state->stopped; });
        }
    }
    state->running = false;
    state->changed.notify_all();
}

bool CoalescingWorker::stop(std::chrono::milliseconds limit) {
    std::unique_lock lock(_state->mutex);
    _state->stopped = true;
    const Job unserved = std::exchange(_state->job, nullptr);
    _state->changed.notify_all();
    return _state->changed.wait_for(lock, limit, [this] { return !_state->running; });
}

}  // namespace aip::hosting
