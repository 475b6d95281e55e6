#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace aip::base {

/// Runs jobs on at most `size` threads, made when they are first needed.
class ThreadPool {
  public:
    using Job = std::function<void()>;

    explicit ThreadPool(std::size_t size) : _size(size) {}
    /// Runs what is queued to its end.
    ~ThreadPool();
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;

    /// Any thread; never blocks. The job must not throw.
    void run(Job job);

  private:
    void work();

    const std::size_t _size;
    std::mutex _mutex;
    std::condition_variable _changed;
    std::deque<Job> _jobs;
    std::size_t _idle = 0;
    bool _stopping = false;
    std::vector<std::thread> _threads;
};

}  // namespace aip::base
