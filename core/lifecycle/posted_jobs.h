#pragma once

#include <functional>
#include <mutex>
#include <utility>
#include <vector>

namespace aip::lifecycle {

/// What other threads leave for the session's thread to do.
class PostedJobs {
  public:
    using Job = std::function<void()>;

    /// True if nothing else waits: then the session's thread is to be woken. Any thread.
    bool add(Job job) {
        const std::lock_guard lock(_mutex);
        _jobs.push_back(std::move(job));
        return _jobs.size() == 1;
    }

    /// Runs what waits, in order. What is added meanwhile waits for the next time. The session's thread.
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
