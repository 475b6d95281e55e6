#pragma once

#include <functional>
#include <mutex>
#include <utility>
#include <vector>

namespace aip::lifecycle {

/// Jobs of other threads for the I/O thread.
class PostedJobs {
  public:
    using Job = std::function<void()>;

    /// True if no other job waits; the caller must then wake the I/O thread. Any thread.
    bool add(Job job) {
        const std::lock_guard lock(_mutex);
        _jobs.push_back(std::move(job));
        return _jobs.size() == 1;
    }

    /// Runs the waiting jobs in order, without the lock. Jobs added meanwhile run the next time. I/O thread.
    void run() {
        std::vector<Job> jobs;
        {
            const std::lock_guard lock(_mutex);
            jobs.swap(_jobs);
        }
        for (const auto& job : jobs) {
            job();
        }
    }

  private:
    std::mutex _mutex;
    std::vector<Job> _jobs;
};

}  // namespace aip::lifecycle
