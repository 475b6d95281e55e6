#pragma once

#include "base/byte_budget.h"
#include "execution/dispatcher.h"
#include "lifecycle/command_batch.h"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aip::lifecycle {

struct CommandDoorSettings {
    std::size_t maxAnswerSize = 100UL << 20U;  ///< bytes of a COMMAND_RESULTS, and of a COMMAND
    /// Bytes of COMMANDs that are kept, beside one of the largest, until nobody needs their text: beyond, further ones
    /// are answered with a failure.
    std::size_t maxWaitingSize = 256UL << 20U;
    /// Bytes of results, beyond the first 64 KiB of each COMMAND, until its answer is let go; a further action fails.
    /// Those of one COMMAND alone always may be kept.
    std::size_t maxKeptSize = 256UL << 20U;
};

/// A COMMAND and its results.
struct FinishedBatch {
    protocol::ServerMessagePtr command;
    std::vector<protocol::ActionResult> results;
    std::shared_ptr<const void> counted{};  ///< hold it as long as the results: so long their bytes count
};

/// The front door of one connection to a server: turns COMMANDs into results. Sessions belong to their door: cancelling
/// one never affects another door, even for the same session_id. A COMMAND has one of the dispatcher's places.
///
/// Order: batches of one session run one at a time, in the order of submit(), and their answers are passed to the sink
/// in that order; sessions run in parallel. A batch that waits starts when the answer before it has been passed; one
/// that is submitted while an answer is being passed, and nothing runs, starts at once.
/// Threads: any. Only the destructor blocks. The sink is called with no lock held.
/// Lifetime: the destructor returns after the last call of the sink has returned.
class CommandDoor {
  public:
    /// Receives the answer to a COMMAND: exactly one call for each, on any thread. Must not block and must not destroy
    /// the door.
    using Sink = std::function<void(FinishedBatch)>;

    CommandDoor(execution::Dispatcher& dispatcher, CommandDoorSettings settings, Sink sink);
    /// Cancels all batches and waits until the sink has the last answer, at most for the cancel grace. An owner should
    /// therefore declare its door as the last member.
    ~CommandDoor();
    CommandDoor(const CommandDoor&) = delete;
    CommandDoor& operator=(const CommandDoor&) = delete;

    /// A COMMAND beyond the protocol's limits, or for which there is no room, is answered with a failure at once.
    /// Throws std::bad_alloc: it is not taken.
    void submit(const protocol::ServerMessagePtr& command);

    /// Cancels the running batch of a session and answers the waiting ones.
    void cancelSession(std::string_view sessionId, const std::string& why);
    /// `grace`: as CallWatchdog::cancel().
    void cancelAll(const std::string& why, std::optional<std::chrono::milliseconds> grace = {});

    /// Answers every new COMMAND with this failure.
    void refuseNew(const std::string& why);

    /// The results of a COMMAND that is not submitted, with a line in the log and a record in the audit. Any thread.
    std::vector<protocol::ActionResult> refuse(const protocol::ServerMessage& command, std::string_view why) const;

    /// Unanswered batches of this door.
    std::size_t pending() const;

  private:
    using BatchPtr = std::shared_ptr<CommandBatch>;
    struct Taken {
        BatchPtr batch;
        execution::Places::Place place;
    };
    /// The batches of one session, in their order.
    struct Lane {
        std::list<Taken> unfinished;  ///< only the first one may have started
        std::list<Taken> finished;    ///< their answers are to be passed
        bool running = false;         ///< the first of `unfinished` has started
        bool passing = false;         ///< a thread passes answers
    };
    using Lanes = std::map<std::string, Lane, std::less<>>;
    enum class Entry { first, queued, refused };
    /// What follows when an answer has been passed.
    struct Passed {
        BatchPtr answer{};  ///< the next one to be passed; null: none
        BatchPtr start{};   ///< a batch to be started; null: none
    };

    void tellRefused(const protocol::ServerMessage& command, std::size_t results, std::string_view why) const;
    Entry enqueue(const BatchPtr& batch, std::string& refusal);
    void finished(const BatchPtr& batch);
    std::optional<Lanes::iterator> conclude(const CommandBatch& batch);
    void passAnswer(CommandBatch& batch);
    Passed passed(Lanes::iterator lane);
    std::vector<BatchPtr> batchesOf(const std::string* sessionId) const;

    execution::Dispatcher& _dispatcher;
    const CommandDoorSettings _settings;
    const std::shared_ptr<base::ByteBudget> _commands;  ///< bytes of their messages
    const std::shared_ptr<base::ByteBudget> _results;
    const Sink _sink;
    mutable std::mutex _mutex;
    std::condition_variable _answered;
    Lanes _lanes;
    std::size_t _pending = 0;
    std::string _refusal;
};

}  // namespace aip::lifecycle
