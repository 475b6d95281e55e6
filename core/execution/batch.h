#pragma once

#include "base/clock.h"
#include "base/thread_pool.h"
#include "execution/answer_budget.h"
#include "execution/call_watchdog.h"
#include "execution/live_router.h"
#include "execution/policy.h"
#include "execution/silence_warnings.h"
#include "protocol/messages.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace aip::execution {

/// What batches use. Shared by all batches; outlives them.
struct ExecutionContext {
    const LiveRouter& router;
    const Policy& policy;
    CallWatchdog& watchdog;
    const SilenceWarnings& silence;
    const base::Clock& clock;
    std::chrono::milliseconds toolTimeout;
    std::size_t maxAnswerSize;  ///< bytes of a COMMAND_RESULTS
    base::ThreadPool& workers;  ///< for what would delay the thread that finishes a call
};

/// A running COMMAND: executes its actions in order and produces exactly one result for each.
/// A result that makes the answer too large becomes a failure.
///
/// Threads: at any time one thread advances the batch and owns _results and _failed: the one in start(), then the
/// thread that finishes the current call, which passes the batch to a worker if the actions up to the next call are
/// many or large: other calls wait for that thread. A worker that has done much for the batch puts it behind the others
/// that wait for a worker. cancel() may run on any thread beside it; _mutex guards only what
/// cancel() and the advancing thread share. No lock is held while a plugin, Done or the watchdog is called.
/// Lifetime: a running call keeps the batch alive.
class Batch : public std::enable_shared_from_this<Batch> {
  public:
    /// Called exactly once, on the thread that produced the last result, with no lock held.
    using Done = std::function<void(const std::shared_ptr<Batch>&)>;

    Batch(protocol::ServerMessagePtr command, ExecutionContext& context, Done done);

    /// Runs up to the first action that a plugin executes; the rest follows on plugin threads and workers. Call it
    /// once.
    void start();

    /// Cancels the running action and fails those that have not started. Also before start(). `grace`: as
    /// CallWatchdog::cancel(). Any thread.
    void cancel(base::Code reason, const std::string& text, std::optional<std::chrono::milliseconds> grace = {});

    const protocol::ServerMessage& command() const { return *_command; }
    const protocol::ServerMessagePtr& commandPointer() const { return _command; }
    std::vector<protocol::ActionResult> takeResults() { return std::move(_results); }

  private:
    struct Running {
        std::uint64_t number = 0;  ///< of the call within the batch
        std::shared_ptr<hosting::Call> call{};
        std::shared_ptr<plugins::Slot> slot{};
        base::TimerQueue::Ticket ticket{};
        base::TimerQueue::Ticket silence{};

        void unwatch() const;
    };

    void takeTurn();
    void advance(std::size_t allowance);
    void advanceLater();
    bool guardedStep(const protocol::Action& action);
    bool step(const protocol::Action& action);
    bool perform(const protocol::Action& action);
    bool answerListing(const protocol::Action& action, const Offer& offer);
    bool call(const protocol::Action& action, std::shared_ptr<const Tool> owned);
    void watch(Running& running) const;
    bool begin(const Running& running);
    void invoke(const Running& running);
    void finished(std::uint64_t number, const Tool& tool, hosting::Outcome outcome);
    bool conclude(std::uint64_t number, const Tool& tool, hosting::Outcome outcome);
    void recordOutcome(const Tool& tool, hosting::Outcome outcome);
    void record(protocol::ActionResult result);
    Running release(std::uint64_t number);
    std::optional<base::Error> cancellation();
    std::string callId(const protocol::Action& action) const;

    bool fail(const protocol::Action& action, std::string error, std::optional<std::string> nameSpace = std::nullopt);
    bool failAfter(const std::exception& failure);
    const protocol::Action& current() const { return _command->actions[_results.size()]; }

    const protocol::ServerMessagePtr _command;
    ExecutionContext& _context;
    const Done _done;
    std::vector<protocol::ActionResult> _results;  ///< of the advancing thread
    AnswerBudget _budget;
    bool _failed = false;
    std::uint64_t _calls = 0;  ///< made so far; of the advancing thread

    std::mutex _mutex;  ///< guards _running and _cancelled
    Running _running;
    std::optional<base::Error> _cancelled;

    std::atomic<bool> _stop{false};  ///< cancelled, for a check that is under way
};

}  // namespace aip::execution
