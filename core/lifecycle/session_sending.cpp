// What a session sends, apart from the answers to COMMANDs.

#include "base/json_text.h"
#include "base/log.h"
#include "base/printable.h"
#include "base/uuid.h"
#include "lifecycle/session.h"

#include <utility>

namespace aip::lifecycle {

namespace log = base::log;

namespace {

constexpr std::size_t loggedPiece = 2'048;

/// Heartbeats, errors and refusals may exceed the queue's limit. A server that leaves this much unread does not read.
constexpr std::size_t unboundedBytes = 8UL << 20U;

}  // namespace

void Session::offerOwedAnswers() {
    auto owed = _answers.takeOwed();
    if (!owed.empty()) {
        log::info("sending {} that the lost connection may not have carried", base::counted(owed.size(), "answer"));
    }
    for (auto& answer : owed) {
        send(std::move(answer), false);
    }
}

void Session::requestTask(std::string request, std::string taskName) {
    post([this, task = TaskRequest{std::move(request), taskName.empty() ? base::uuid4() : std::move(taskName)}] {
        _request = task;
        if (_state == State::listening) {
            sendPendingRequest();
        }
    });
}

void Session::sendPendingRequest() {
    if (!_request) {
        return;
    }
    const TaskRequest task = *std::exchange(_request, std::nullopt);
    if (!_task.begin(task.name, std::nullopt)) {
        log::warn("a task that was requested is not asked for: another is running");
        log::trace("task '{}' not asked for: '{}' is running", task.name, _task.current()->name);
        return;
    }
    followTask();
    log::info("asking the server for the task that was requested");
    log::trace("task '{}'", task.name);
    sendTask(task.name, task.request, std::nullopt);
}

void Session::sendTask(const std::string& taskName, protocol::OptionalText request, protocol::OptionalText sessionId) {
    send(_encoder.task(
             {protocol::owned(request), taskName, protocol::owned(sessionId), _parts.profile.settings().platform},
             base::uuid4(), now()),
         false);
}

void Session::sendHeartbeat() {
    send(_encoder.heartbeat(now()), true);
    setTimer(Timer::heartbeat, _settings.heartbeatInterval);
    if (!_timers.isSet(Timer::silence) && _settings.heartbeatTimeout.count() > 0) {
        setTimer(Timer::silence, _settings.heartbeatTimeout);
    }
    if (_heartbeatMark == 0) {
        _heartbeatMark = _answers.sentSoFar();
    }
}

void Session::sendError(const std::string& text) {
    _sentErrors.sent(text);
    send(_encoder.error(text, now()), true);
}

void Session::send(protocol::Pieces pieces, bool urgent) {
    log::trace("-> {}", base::excerpt(pieces.front(), loggedPiece));
    carried(protocol::size(pieces));
    _parts.channel.send({std::move(pieces), urgent});
    if (queued() > _settings.maxQueueSize + unboundedBytes) {
        log::warn("the server does not take what it asks for: {} bytes wait to be sent", queued());
        _parts.channel.abort();
    }
}

}  // namespace aip::lifecycle
