#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace aip::plugins {

/// Runs what may block for as long as a plugin likes, as closing a file that it has handed over: on a few threads,
/// which are there only while there are jobs. A job that finds all of them taken waits for one. Nobody waits for the
/// jobs: they go on when this is destroyed. Copies share the threads. Any thread.
class BlockingJobs {
  public:
    using Job = std::function<void()>;

    explicit BlockingJobs(std::size_t mostThreads);

    /// An exception of the job is logged. False without a thread or memory: it will not run.
    bool add(Job job) noexcept;

    /// Jobs that have not ended.
    std::size_t pending() const;

  private:
    struct State;
    static void run(const std::shared_ptr<State>& state);
    static bool hasThread(const std::shared_ptr<State>& state) noexcept;

    std::shared_ptr<State> _state;
};

}  // namespace aip::plugins
