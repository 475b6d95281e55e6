#include "execution/dispatcher.h"

#include "base/log.h"
#include "execution/action_results.h"

#include <utility>

namespace aip::execution {
namespace {

/// A COMMAND up to this size is checked and begun on the thread that brings it: cheaper than waking another one. A
/// larger one would hold up the thread that also has to answer heartbeats.
constexpr std::size_t inlineSize = 64U << 10U;

constexpr auto tooMany = "this device has too many commands waiting; try again later";

std::string keyOf(const protocol::ServerMessage& command) {
    return std::string(command.sessionId.value_or(""));
}

}  // namespace

Dispatcher::Dispatcher(const LiveRouter& router, const Policy& policy, base::TimerQueue& timers,
                       const base::Clock& clock, DispatcherSettings settings, Sink sink)
    : _settings(settings),
      _sink(std::move(sink)),
      _watchdog(timers, settings.cancelGrace),
      _context{router, policy, _watchdog, clock, settings.toolTimeout},
      _pool(settings.workers) {}

Dispatcher::~Dispatcher() {
    refuseNew("this device is shutting down");
    cancelAll("this device is shutting down");
    std::unique_lock lock(_mutex);
    _answered.wait(lock, [this] { return _pending == 0; });
}

void Dispatcher::submit(const protocol::ServerMessagePtr& command) {
    auto batch =
        std::make_shared<Batch>(command, _context, [this](const std::shared_ptr<Batch>& done) { finished(done); });
    bool first = false;
    std::string refusal;
    {
        const std::lock_guard lock(_mutex);
        refusal = _pending < _settings.maxBatches ? _refusal : tooMany;
        if (refusal.empty()) {
            ++_pending;
            Queue& queue = _sessions[keyOf(*command)];
            queue.push_back(batch);
            first = queue.size() == 1;
        }
    }
    if (!refusal.empty()) {
        base::log::warn("session {}: COMMAND refused: {}", command->sessionId.value_or("-"), refusal);
        _sink({command, refusedResults(*command, refusal)});
    } else if (first) {
        begin(batch);
    }
}

void Dispatcher::begin(const std::shared_ptr<Batch>& batch) {
    if (batch->command().text.size() <= inlineSize) {
        batch->start();
    } else {
        _pool.run([batch] { batch->start(); });
    }
}

void Dispatcher::finished(const std::shared_ptr<Batch>& batch) {
    FinishedBatch answer{batch->commandPointer(), batch->takeResults()};
    fitIntoMessage(answer.results, _settings.maxMessageSize);
    _sink(std::move(answer));
    if (const auto next = dequeue(*batch)) {
        // Not on this stack: a session with many short batches would grow it without end.
        _pool.run([next] { next->start(); });
    }
}

/// Takes the answered batch out, only now: the next one of its session must not overtake its answer.
std::shared_ptr<Batch> Dispatcher::dequeue(const Batch& batch) {
    const std::lock_guard lock(_mutex);
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

void Dispatcher::refuseNew(const std::string& why) {
    const std::lock_guard lock(_mutex);
    _refusal = why;
}

/// The last of a queue first: one that waits is to be cancelled before the end of the one before it lets it begin.
std::vector<std::shared_ptr<Batch>> Dispatcher::batchesOf(const std::string* sessionId) const {
    const std::lock_guard lock(_mutex);
    std::vector<std::shared_ptr<Batch>> batches;
    for (const auto& [id, queue] : _sessions) {
        if (sessionId == nullptr || *sessionId == id) {
            batches.insert(batches.end(), queue.rbegin(), queue.rend());
        }
    }
    return batches;
}

void Dispatcher::cancelSession(std::string_view sessionId, const std::string& why) {
    const std::string id(sessionId);
    for (const auto& batch : batchesOf(&id)) {
        batch->cancel(base::Code::cancelled, why);
    }
}

void Dispatcher::cancelAll(const std::string& why) {
    for (const auto& batch : batchesOf(nullptr)) {
        batch->cancel(base::Code::cancelled, why);
    }
}

std::size_t Dispatcher::pending() const {
    const std::lock_guard lock(_mutex);
    return _pending;
}

}  // namespace aip::execution
