#pragma once

#include "execution/dispatcher.h"
#include "lifecycle/answer_budget.h"
#include "lifecycle/command_caller.h"
#include "protocol/messages.h"

#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace aip::lifecycle {

/// A running COMMAND: executes its actions in order, each by an invocation of its tool, and produces exactly one result
/// for each, and records in the audit. After a failure the rest is skipped, which has one record. A result that makes
/// the answer too large becomes a failure.
///
/// Threads: at any time one thread advances the batch and owns _results and _failed: the one in start(), then the
/// thread on which the current invocation ends, which passes the batch to a worker if the actions up to the next call
/// are many or large: other calls wait for that thread. A worker that has done much for the batch puts it behind the
/// others that wait for a worker. cancel() may run on any thread beside it; _mutex guards only what cancel() and the
/// advancing thread share. No lock is held while an invocation or Done is called.
/// Lifetime: a running invocation keeps the batch alive.
class CommandBatch : public execution::InFlight, public std::enable_shared_from_this<CommandBatch> {
  public:
    /// Called exactly once, on the thread that produced the last result, with no lock held.
    using Done = std::function<void(const std::shared_ptr<CommandBatch>&)>;

    /// `maxAnswer`: bytes of a COMMAND_RESULTS. `kept`: bytes of the results of all batches.
    CommandBatch(protocol::ServerMessagePtr command, execution::Dispatcher& dispatcher, std::size_t maxAnswer,
                 std::shared_ptr<base::ByteBudget> kept, Done done);

    /// Runs up to the first action that a plugin executes; the rest follows on plugin threads and workers. What is
    /// large, or much, begins on a worker. Call it once.
    void start();
    /// Begins, or goes on, on a worker.
    void advanceLater();

    /// Cancels the running action and fails those that have not started. Also before start(). `grace`: as
    /// CallWatchdog::cancel(). Any thread.
    void cancel(base::Code reason, const std::string& text, std::optional<std::chrono::milliseconds> grace = {});

    /// It is listed until its first call begins, and can be stopped until it ends. Before start().
    void enter() { _entry = _dispatcher.calls().enter(shared_from_this()); }

    std::optional<execution::RunningCall> describe() const override;
    execution::Caller caller() const override { return callerOf(*_command, _dispatcher.tasks()); }
    bool holdsCalls() const override { return true; }
    void stop(const base::Error& why, std::optional<std::chrono::milliseconds> grace) override;

    const protocol::ServerMessage& command() const { return *_command; }
    const protocol::ServerMessagePtr& commandPointer() const { return _command; }
    std::vector<protocol::ActionResult> takeResults() { return std::move(_results); }
    /// Of their bytes.
    std::shared_ptr<const void> takeShare() { return _budget.takeShare(); }

  private:
    using InvocationPtr = std::shared_ptr<execution::Invocation>;

    void takeTurn();
    std::size_t afterResult(std::size_t allowance) const;
    void advance(std::size_t allowance);
    bool guardedStep(const protocol::Action& action);
    bool step(const protocol::Action& action);
    bool perform(const protocol::Action& action);
    bool answerListing(const protocol::Action& action);
    execution::InvocationResult listing(const protocol::Action& action);
    InvocationPtr invocationOf(const protocol::Action& action);
    void finished(execution::InvocationResult result);
    void record(protocol::ActionResult result);
    std::optional<base::Error> cancellation();
    std::optional<base::Error> goOnWith(InvocationPtr next);
    bool hasBegun() const;
    InvocationPtr cancelWith(base::Code reason, const std::string& text);
    std::size_t costOf(const protocol::Action& action) const;

    bool fail(const protocol::Action& action, std::string error, std::optional<std::string> nameSpace = std::nullopt);
    bool failAfter(const std::exception& failure);
    const protocol::Action& current() const { return _command->actions[_results.size()]; }

    const protocol::ServerMessagePtr _command;
    execution::Dispatcher& _dispatcher;
    const Done _done;
    std::vector<protocol::ActionResult> _results;  ///< of the advancing thread
    AnswerBudget _budget;
    bool _failed = false;
    std::size_t _skipped = 0;  ///< actions, the last ones that have a tool
    std::size_t _unnamed = 0;  ///< actions that have none

    execution::RunningCalls::Entry _entry;
    const std::shared_ptr<execution::CallTimer> _timer;

    mutable std::mutex _mutex;  ///< guards what follows
    InvocationPtr _running;     ///< the latest; maybe it has ended
    std::optional<base::Error> _cancelled;
};

}  // namespace aip::lifecycle
