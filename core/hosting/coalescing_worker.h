#pragma once

#include <chrono>
#include <functional>
#include <memory>

namespace aip::hosting {

/// Runs a job on demand, on a thread of its own that exists only while there is demand. All demands that come during a
/// run become one further run, that of the last one, after a pause: demands without end give no more than a run for
/// each pause. The job is called with no lock held. Any thread.
class CoalescingWorker {
  public:
    using Job = std::function<void()>;

    explicit CoalescingWorker(std::chrono::milliseconds pause = std::chrono::milliseconds(50));

    /// The job is kept until it has run, or until stop(). Its exceptions are logged. Without a thread, a line in
    /// the log.
    void demand(Job job);

    /// No further run begins. Waits up to `limit` for the current one; false if that is left behind. Blocks.
    bool stop(std::chrono::milliseconds limit);

  private:
    struct State;
    static void run(const std::shared_ptr<State>& state);
    const std::shared_ptr<State> _state;
};

}  // namespace aip::hosting
