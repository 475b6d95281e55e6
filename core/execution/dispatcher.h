#pragma once

#include "base/thread_pool.h"
#include "execution/batch.h"

#include <atomic>
#include <chrono>
#include <cstddef>

namespace aip::execution {

struct DispatcherSettings {
    std::chrono::milliseconds toolTimeout{300'000};    ///< for a tool whose manifest sets none
    std::chrono::milliseconds cancelGrace{5'000};      ///< from cancelling a call to answering it without the plugin
    std::chrono::milliseconds silenceWarning{30'000};  ///< without a sign of life of a call; 0: never
    std::size_t workers = 4;                           ///< threads that check large batches
    std::size_t maxBatches = 1'000;             ///< running and waiting; further ones are answered with a failure
    std::size_t maxMessageSize = 100UL << 20U;  ///< bytes of a COMMAND_RESULTS
    /// Bytes of COMMANDs that one door keeps, running and waiting; beyond, further ones are answered with a failure.
    /// One COMMAND alone is always taken.
    std::size_t maxWaitingSize = 256UL << 20U;
};

/// What all front doors share: router, policy, call watchdog, worker threads and limits. Any thread, no locks of its
/// own. Lifetime: outlives its doors; everything passed to the constructor outlives it. The destructor waits for the
/// workers.
class Dispatcher {
  public:
    Dispatcher(const LiveRouter& router, const Policy& policy, base::TimerQueue& timers, const base::Clock& clock,
               DispatcherSettings settings);

    /// For a call that is cancelled: until it is answered, whatever its plugin does.
    std::chrono::milliseconds cancelGrace() const { return _settings.cancelGrace; }

    /// The calls of these tasks' sessions belong to them.
    RunningTasks& tasks() { return _tasks; }

    /// Unanswered batches of all doors.
    std::size_t pending() const { return _pending; }

  private:
    friend class FrontDoor;

    /// Reserves one of the `maxBatches` places; false if none is free.
    bool reservePlace();
    void freePlace() { --_pending; }

    /// Starts a batch, on this thread if it is small.
    void start(const std::shared_ptr<Batch>& batch);
    /// Starts a batch on a worker; without memory for that, on this thread.
    void startLater(const std::shared_ptr<Batch>& batch);

    const DispatcherSettings _settings;
    CallWatchdog _watchdog;
    const SilenceWarnings _silence;
    RunningTasks _tasks;
    ExecutionContext _context;
    std::atomic<std::size_t> _pending{0};
    base::ThreadPool _pool;  ///< last member: its jobs use the others
};

}  // namespace aip::execution
