#include "base/thread_pool.h"

#include "base/run_logged.h"

#include <exception>
#include <utility>

namespace aip::base {

ThreadPool::ThreadPool(std::size_t size) : _size(size) {
    _threads.emplace_back([this] { work(); });
}

ThreadPool::~ThreadPool() {
    {
        const std::lock_guard lock(_mutex);
        _stopping = true;
    }
    _changed.notify_all();
    for (auto& thread : _threads) {
        thread.join();
    }
}

void ThreadPool::run(Job job) {
    const std::lock_guard lock(_mutex);
    _jobs.push_back(std::move(job));
    if (_idle < _jobs.size() && _threads.size() < _size) {
        grow();
    }
    _changed.notify_one();
}

void ThreadPool::dropQueued() {
    std::deque<Job> dropped;  // destroyed with no lock held
    const std::lock_guard lock(_mutex);
    dropped.swap(_jobs);
}

void ThreadPool::grow() {
    try {
        _threads.emplace_back([this] { work(); });
    } catch (const std::exception&) {  // the system has no more threads, or no memory for one
    }
}

void ThreadPool::work() {
    std::unique_lock lock(_mutex);
    while (true) {
        ++_idle;
        _changed.wait(lock, [this] { return _stopping || !_jobs.empty(); });
        --_idle;
        if (_jobs.empty()) {
            return;
        }
        Job job = std::move(_jobs.front());
        _jobs.pop_front();
        lock.unlock();
        runLogged(job);
        job = nullptr;  // what it holds is destroyed with it, and may need this pool for that
        lock.lock();
    }
}

}  // namespace aip::base
