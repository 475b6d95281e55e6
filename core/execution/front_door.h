#pragma once

#include "execution/dispatcher.h"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aip::execution {

/// A COMMAND and its results.
struct FinishedBatch {
    protocol::ServerMessagePtr command;
    std::vector<protocol::ActionResult> results;
};

/// The dispatcher as seen by one caller: turns COMMANDs into results. Sessions belong to their door: cancelling one
/// never affects another door, even for the same session_id.
///
/// Order: batches of one session run one at a time, in the order of submit(); sessions run in parallel. The answer to
/// a batch is passed to the sink before the next batch of its session starts.
/// Threads: any. Only the destructor blocks. The sink is called with no lock held.
/// Lifetime: the destructor returns after the last call of the sink has returned.
class FrontDoor {
  public:
    /// Receives the answer to a COMMAND: exactly one call for each, on any thread. Must not block and must not destroy
    /// the door.
    using Sink = std::function<void(FinishedBatch)>;

    FrontDoor(Dispatcher& dispatcher, Sink sink);
    /// Cancels all batches and waits until the sink has the last answer, at most for the cancel grace. An owner should
    /// therefore declare its door as the last member.
    ~FrontDoor();
    FrontDoor(const FrontDoor&) = delete;
    FrontDoor& operator=(const FrontDoor&) = delete;

    /// A COMMAND beyond the protocol's limits, or for which there is no room, is answered with a failure at once.
    /// Throws std::bad_alloc: it is not taken.
    void submit(const protocol::ServerMessagePtr& command);

    /// Cancels the running batch of a session and answers the waiting ones.
    void cancelSession(std::string_view sessionId, const std::string& why);
    /// `grace`: as CallWatchdog::cancel().
    void cancelAll(const std::string& why, std::optional<std::chrono::milliseconds> grace = {});

    /// Answers every new COMMAND with this failure.
    void refuseNew(const std::string& why);

    /// Unanswered batches of this door.
    std::size_t pending() const;

  private:
    using Queue = std::deque<std::shared_ptr<Batch>>;  ///< the first batch is running
    enum class Entry { first, queued, refused };

    Entry enqueue(const std::shared_ptr<Batch>& batch, std::string& refusal);
    Queue& insert(const std::shared_ptr<Batch>& batch);
    void finished(const std::shared_ptr<Batch>& batch);
    std::shared_ptr<Batch> dequeue(const Batch& batch);
    std::vector<std::shared_ptr<Batch>> batchesOf(const std::string* sessionId) const;

    Dispatcher& _dispatcher;
    const Sink _sink;
    mutable std::mutex _mutex;
    std::condition_variable _answered;
    std::map<std::string, Queue, std::less<>> _sessions;
    std::size_t _pending = 0;
    std::size_t _held = 0;  ///< bytes of the unanswered COMMANDs
    std::string _refusal;
};

}  // namespace aip::execution
