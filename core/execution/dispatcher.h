#pragma once

#include "base/thread_pool.h"
#include "execution/batch.h"

#include <atomic>
#include <chrono>
#include <cstddef>

namespace aip::execution {

struct DispatcherSettings {
    std::chrono::milliseconds toolTimeout{6'000'000};  ///< for a tool whose manifest says nothing
    std::chrono::milliseconds cancelGrace{5'000};      ///< from cancelling a call to answering it without the plugin
    std::size_t workers = 4;                           ///< threads that check and begin batches with large messages
    std::size_t maxBatches = 1'000;                    ///< running and waiting; beyond: answered with a failure
    std::size_t maxMessageSize = 100UL << 20U;         ///< of a COMMAND_RESULTS, bytes
};

/// What all front doors share: the way to the tools, the call watchdog, the threads and the limits. Outlives its doors;
/// everything given to it outlives it. Any thread.
class Dispatcher {
  public:
    Dispatcher(const LiveRouter& router, const Policy& policy, base::TimerQueue& timers, const base::Clock& clock,
               DispatcherSettings settings);

    /// Batches of all doors that are not answered yet.
    std::size_t pending() const { return _pending; }

  private:
    friend class FrontDoor;

    /// Reserves one of the `maxBatches` places; false if there is none.
    bool reservePlace();
    void freePlace() { --_pending; }

    /// Starts a batch whose turn has come, on this thread if it is small.
    void start(const std::shared_ptr<Batch>& batch);
    /// Starts a batch on a worker.
    void startLater(const std::shared_ptr<Batch>& batch);

    const DispatcherSettings _settings;
    CallWatchdog _watchdog;
    ExecutionContext _context;
    std::atomic<std::size_t> _pending{0};
    base::ThreadPool _pool;  // last: its jobs use the rest
};

}  // namespace aip::execution
