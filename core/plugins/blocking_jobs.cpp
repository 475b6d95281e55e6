#include "plugins/blocking_jobs.h"

#include "base/run_logged.h"

#include <deque>
#include <exception>
#include <mutex>
#include <new>
#include <thread>
#include <utility>

namespace aip::plugins {

struct BlockingJobs::State {
    explicit State(std::size_t most) : mostThreads(most) {}

    const std::size_t mostThreads;
    std::mutex mutex;
    std::deque<Job> waiting;
    std::size_t threads = 0;
    std::size_t running = 0;
};

BlockingJobs::BlockingJobs(std::size_t mostThreads) : _state(std::make_shared<State>(mostThreads)) {}

bool BlockingJobs::add(Job job) noexcept {
    const std::lock_guard lock(_state->mutex);
    try {
        _state->waiting.push_back(std::move(job));
    } catch (const std::bad_alloc&) {
        return false;
    }
    if (!hasThread(_state)) {
        job = std::move(_state->waiting.back());  // destroyed with no lock held
        _state->waiting.pop_back();
        return false;
    }
    return true;
}

/// For the job that waits last: one that is free, or else one that will be. With the mutex held.
bool BlockingJobs::hasThread(const std::shared_ptr<State>& state) noexcept {
    const bool enough = state->running + state->waiting.size() <= state->threads;
    try {
        if (!enough && state->threads < state->mostThreads) {
            std::thread([state] { run(state); }).detach();
            ++state->threads;
        }
    } catch (const std::exception&) {  // no thread, or no memory for one
    }
    return state->threads > 0;
}

void BlockingJobs::run(const std::shared_ptr<State>& state) {
    std::unique_lock lock(state->mutex);
    while (!state->waiting.empty()) {
        Job job = std::move(state->waiting.front());
        state->waiting.pop_front();
        ++state->running;
        lock.unlock();
        base::runLogged(job);
        job = nullptr;  // destroys what it holds, with no lock held
        lock.lock();
        --state->running;
    }
    --state->threads;
}

std::size_t BlockingJobs::pending() const {
    const std::lock_guard lock(_state->mutex);
    return _state->running + _state->waiting.size();
}

}  // namespace aip::plugins
