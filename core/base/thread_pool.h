#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace aip::base {

/// Runs jobs on at most `size` threads: one from the start, others when they are first needed. If the system has
/// no more threads, those that exist do the work.
class ThreadPool {
  public:
    using Job = std::function<void()>;

    /// Throws std::system_error.
    explicit ThreadPool(std::size_t size);
    /// Runs all queued jobs first.
    ~ThreadPool();
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;

    /// Any thread; never blocks. An exception of the job is logged. Throws std::bad_alloc: the job will not run.
    void run(Job job);

    /// Drops the jobs that no thread has begun. Any thread.
    void dropQueued();

  private:
    void work();
    void grow();

    const std::size_t _size;
    std::mutex _mutex;
    std::condition_variable _changed;
    std::deque<Job> _jobs;
    std::size_t _idle = 0;
    bool _stopping = false;
    std::vector<std::thread> _threads;
};

}  // namespace aip::base
