#pragma once

#include <chrono>
#include <functional>
#include <memory>

namespace aip::hosting {

/// Runs a job on demand, on a thread of its own that is there only while there is demand. Demands that come while it
/// runs become one more run, a moment later: who demands without end gets some twenty runs a second. Any thread.
class CoalescingWorker {
  public:
    using Job = std::function<void()>;

    CoalescingWorker();

    /// The job is kept until it has run. It must not throw.
    void demand(Job job);

    /// No run begins any more; waits up to `limit` for the one that is at it. False if that was left behind.
    bool stop(std::chrono::milliseconds limit);

  private:
    struct State;
    static void run(const std::shared_ptr<State>& state);
    const std::shared_ptr<State> _state;
};

}  // namespace aip::hosting
