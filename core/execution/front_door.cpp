#include "execution/front_door.h"

#include "base/log.h"
#include "execution/action_results.h"
#include "protocol/message_memory.h"

#include <new>
#include <utility>

namespace aip::execution {
namespace {

constexpr auto tooMany = "this device has too many commands waiting; try again later";
constexpr auto shuttingDown = "this device is shutting down";

/// The limit that the COMMAND exceeds, in words; empty if it exceeds none.
std::string limitOf(const protocol::ServerMessage& command, std::size_t maxAnswer) {
    const std::size_t answer = AnswerBudget::smallestAnswer(command);
    if (command.excess.empty() && answer > maxAnswer) {
        return "its answer may have " + std::to_string(answer) + " bytes, a message at most " +
               std::to_string(maxAnswer);
    }
    return command.excess;
}

/// Why a door that holds `held` bytes cannot take the COMMAND; empty if it can.
std::string noRoom(const protocol::ServerMessage& command, std::size_t held, std::size_t limit) {
    if (held == 0 || held + protocol::heldBytes(command) <= limit) {
        return {};
    }
    return "this device keeps at most " + std::to_string(limit) + " bytes of waiting commands; try again later";
}

std::string_view keyOf(const protocol::ServerMessage& command) {
    return command.sessionId.value_or("");
}

}  // namespace

FrontDoor::FrontDoor(Dispatcher& dispatcher, Sink sink) : _dispatcher(dispatcher), _sink(std::move(sink)) {}

FrontDoor::~FrontDoor() {
    refuseNew(shuttingDown);
    cancelAll(shuttingDown);
    std::unique_lock lock(_mutex);
    _answered.wait(lock, [this] { return _pending == 0; });
}

void FrontDoor::submit(const protocol::ServerMessagePtr& command) {
    if (const std::string limit = limitOf(*command, _dispatcher._settings.maxMessageSize); !limit.empty()) {
        base::log::warn("session {}: COMMAND refused: {}", command->sessionId.value_or("-"), limit);
        return _sink({command, beyondLimit(limit)});
    }
    auto batch = std::make_shared<Batch>(command, _dispatcher._context,
                                         [this](const std::shared_ptr<Batch>& done) { finished(done); });
    std::string refusal;
    switch (enqueue(batch, refusal)) {
        case Entry::first:
            return _dispatcher.start(batch);
        case Entry::queued:
            return;
        case Entry::refused:
            base::log::warn("session {}: COMMAND refused: {}", command->sessionId.value_or("-"), refusal);
            return _sink({command, refusedResults(*command, refusal)});
    }
}

FrontDoor::Entry FrontDoor::enqueue(const std::shared_ptr<Batch>& batch, std::string& refusal) {
    const std::lock_guard lock(_mutex);
    refusal = _refusal.empty() ? noRoom(batch->command(), _held, _dispatcher._settings.maxWaitingSize) : _refusal;
    if (refusal.empty() && !_dispatcher.reservePlace()) {
        refusal = tooMany;
    }
    if (!refusal.empty()) {
        return Entry::refused;
    }
    Queue& queue = insert(batch);
    ++_pending;
    _held += protocol::heldBytes(batch->command());
    return queue.size() == 1 ? Entry::first : Entry::queued;
}

/// Throws before anything is counted, with the place freed.
FrontDoor::Queue& FrontDoor::insert(const std::shared_ptr<Batch>& batch) {
    try {
        Queue& queue = _sessions[std::string(keyOf(batch->command()))];
        queue.push_back(batch);
        return queue;
    } catch (const std::bad_alloc&) {
        _dispatcher.freePlace();
        throw;
    }
}

void FrontDoor::finished(const std::shared_ptr<Batch>& batch) {
    try {
        _sink({batch->commandPointer(), batch->takeResults()});
    } catch (const std::bad_alloc&) {
        base::log::error("a COMMAND stays without an answer: not enough memory");
    }
    if (const auto next = dequeue(*batch)) {
        // On a worker: on this stack a session with many short batches would recurse without limit.
        _dispatcher.startLater(next);
    }
}

/// Removes the batch after its answer is out, so that the next batch of its session cannot overtake the answer.
std::shared_ptr<Batch> FrontDoor::dequeue(const Batch& batch) {
    const std::lock_guard lock(_mutex);
    _dispatcher.freePlace();
    _held -= protocol::heldBytes(batch.command());
    if (--_pending == 0) {
        _answered.notify_all();
    }
    const auto session = _sessions.find(keyOf(batch.command()));
    session->second.pop_front();
    if (!session->second.empty()) {
        return session->second.front();
    }
    _sessions.erase(session);
    return nullptr;
}

void FrontDoor::refuseNew(const std::string& why) {
    const std::lock_guard lock(_mutex);
    _refusal = why;
}

/// Last of a queue first: a waiting batch must be cancelled before the end of the running one starts it.
std::vector<std::shared_ptr<Batch>> FrontDoor::batchesOf(const std::string* sessionId) const {
    const std::lock_guard lock(_mutex);
    std::vector<std::shared_ptr<Batch>> batches;
    for (const auto& [id, queue] : _sessions) {
        if (sessionId == nullptr || *sessionId == id) {
            batches.insert(batches.end(), queue.rbegin(), queue.rend());
        }
    }
    return batches;
}

void FrontDoor::cancelSession(std::string_view sessionId, const std::string& why) {
    const std::string id(sessionId);
    for (const auto& batch : batchesOf(&id)) {
        batch->cancel(base::Code::cancelled, why);
    }
}

void FrontDoor::cancelAll(const std::string& why, std::optional<std::chrono::milliseconds> grace) {
    for (const auto& batch : batchesOf(nullptr)) {
        batch->cancel(base::Code::cancelled, why, grace);
    }
}

std::size_t FrontDoor::pending() const {
    const std::lock_guard lock(_mutex);
    return _pending;
}

}  // namespace aip::execution
