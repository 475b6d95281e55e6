#include "execution/front_door.h"

#include "base/log.h"
#include "execution/action_results.h"

#include <utility>

namespace aip::execution {
namespace {

constexpr auto tooMany = "this device has too many commands waiting; try again later";
constexpr auto shuttingDown = "this device is shutting down";

std::string keyOf(const protocol::ServerMessage& command) {
    return std::string(command.sessionId.value_or(""));
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
    if (!_dispatcher.reservePlace()) {
        refusal = tooMany;
        return Entry::refused;
    }
    if (!_refusal.empty()) {
        _dispatcher.freePlace();
        refusal = _refusal;
        return Entry::refused;
    }
    ++_pending;
    Queue& queue = _sessions[keyOf(batch->command())];
    queue.push_back(batch);
    return queue.size() == 1 ? Entry::first : Entry::queued;
}

void FrontDoor::finished(const std::shared_ptr<Batch>& batch) {
    FinishedBatch answer{batch->commandPointer(), batch->takeResults()};
    fitIntoMessage(answer.results, _dispatcher._settings.maxMessageSize);
    _sink(std::move(answer));
    if (const auto next = dequeue(*batch)) {
        // On a worker: on this stack a session with many short batches would recurse without limit.
        _dispatcher.startLater(next);
    }
}

/// Removes the batch after its answer is out, so that the next batch of its session cannot overtake the answer.
std::shared_ptr<Batch> FrontDoor::dequeue(const Batch& batch) {
    const std::lock_guard lock(_mutex);
    _dispatcher.freePlace();
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

void FrontDoor::cancelAll(const std::string& why) {
    for (const auto& batch : batchesOf(nullptr)) {
        batch->cancel(base::Code::cancelled, why);
    }
}

std::size_t FrontDoor::pending() const {
    const std::lock_guard lock(_mutex);
    return _pending;
}

}  // namespace aip::execution
