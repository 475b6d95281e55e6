#pragma once

#include "execution/dispatcher.h"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace aip::execution {

/// A batch that is answered.
struct FinishedBatch {
    protocol::ServerMessagePtr command;
    std::vector<protocol::ActionResult> results;
};

/// The dispatcher as one caller of tools sees it: turns COMMANDs into results. Batches of one session run in order,
/// sessions in parallel. Sessions belong to their door: those of another door are never cancelled or waited for, even
/// if they have the same name. Nothing but the destructor blocks. Any thread.
class FrontDoor {
  public:
    /// Takes the answer to a COMMAND; called exactly once for each, on any thread, no lock held. Must not block, and
    /// must not destroy the door.
    using Sink = std::function<void(FinishedBatch)>;

    FrontDoor(Dispatcher& dispatcher, Sink sink);
    /// Cancels what runs and waits until the sink has the last answer: at most the cancel grace. So an owner whose last
    /// member is its door needs no order of its own.
    ~FrontDoor();
    FrontDoor(const FrontDoor&) = delete;
    FrontDoor& operator=(const FrontDoor&) = delete;

    void submit(const protocol::ServerMessagePtr& command);

    /// Cancels what runs for a session and answers what waits.
    void cancelSession(std::string_view sessionId, const std::string& why);
    void cancelAll(const std::string& why);

    /// From now on every COMMAND is answered with this failure.
    void refuseNew(const std::string& why);

    /// Batches of this door that are not answered yet.
    std::size_t pending() const;

  private:
    using Queue = std::deque<std::shared_ptr<Batch>>;  // the first one runs
    enum class Entry { first, queued, refused };

    Entry enqueue(const std::shared_ptr<Batch>& batch, std::string& refusal);
    void finished(const std::shared_ptr<Batch>& batch);
    std::shared_ptr<Batch> dequeue(const Batch& batch);
    std::vector<std::shared_ptr<Batch>> batchesOf(const std::string* sessionId) const;

    Dispatcher& _dispatcher;
    const Sink _sink;
    mutable std::mutex _mutex;
    std::condition_variable _answered;
    std::map<std::string, Queue, std::less<>> _sessions;
    std::size_t _pending = 0;
    std::string _refusal;
};

}  // namespace aip::execution
