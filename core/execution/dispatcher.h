#pragma once

#include "base/thread_pool.h"
#include "execution/batch.h"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace aip::execution {

struct DispatcherSettings {
    std::chrono::milliseconds toolTimeout{6'000'000};  ///< for a tool whose manifest says nothing
    std::chrono::milliseconds cancelGrace{5'000};      ///< from cancelling a call to answering it without the plugin
    std::size_t workers = 4;                           ///< threads that check and begin batches with large messages
    std::size_t maxBatches = 1'000;                    ///< running and waiting; beyond: answered with a failure
    std::size_t maxMessageSize = 100UL << 20U;         ///< of a COMMAND_RESULTS, bytes
};

/// A batch that is answered.
struct FinishedBatch {
    protocol::ServerMessagePtr command;
    std::vector<protocol::ActionResult> results;
};

/// Turns COMMANDs into results: batches of one session in order, sessions in parallel. Nothing here blocks. Any thread.
class Dispatcher {
  public:
    /// Takes the answer to a COMMAND; called exactly once for each, on any thread, no lock held. Must not block.
    using Sink = std::function<void(FinishedBatch)>;

    Dispatcher(const LiveRouter& router, const Policy& policy, base::TimerQueue& timers, const base::Clock& clock,
               DispatcherSettings settings, Sink sink);
    /// Cancels what runs and waits until it is answered: the cancel grace at the longest.
    ~Dispatcher();

    void submit(const protocol::ServerMessagePtr& command);

    /// Cancels what runs for a session and answers what waits.
    void cancelSession(std::string_view sessionId, const std::string& why);
    void cancelAll(const std::string& why);

    /// From now on every COMMAND is answered with this failure.
    void refuseNew(const std::string& why);

    /// Batches that are not answered yet.
    std::size_t pending() const;

  private:
    using Queue = std::deque<std::shared_ptr<Batch>>;  // the first one runs

    void begin(const std::shared_ptr<Batch>& batch);
    void finished(const std::shared_ptr<Batch>& batch);
    std::shared_ptr<Batch> dequeue(const Batch& batch);
    std::vector<std::shared_ptr<Batch>> batchesOf(const std::string* sessionId) const;

    const DispatcherSettings _settings;
    const Sink _sink;
    CallWatchdog _watchdog;
    ExecutionContext _context;
    mutable std::mutex _mutex;
    std::map<std::string, Queue, std::less<>> _sessions;
    std::condition_variable _answered;
    std::size_t _pending = 0;
    std::string _refusal;
    base::ThreadPool _pool;  // last: its jobs use the rest
};

}  // namespace aip::execution
