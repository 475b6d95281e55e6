#include "base/json_text.h"
#include "base/log.h"
#include "base/printable.h"
#include "base/uuid.h"
#include "lifecycle/action_results.h"
#include "lifecycle/session.h"
#include "protocol/message_memory.h"
#include "transport/frame.h"

#include <functional>
#include <new>
#include <utility>

namespace aip::lifecycle {

namespace log = base::log;
using protocol::ServerMessage;
using protocol::ServerMessagePtr;
using protocol::ServerType;
using protocol::Status;

namespace {

constexpr std::size_t loggedBody = 2'048;
/// Of a text that the server means for people. It is foreign, and may repeat what is payload.
constexpr std::size_t loggedReason = 512;

/// Requests for the device's info that wait at the same time.
constexpr std::size_t mostInfoRequests = 100;

/// The reference says: "client_id 'x' is already registered; duplicate registrations are not allowed".
bool saysInUse(std::string_view text) {
    return text.find("already registered") != std::string_view::npos;
}

constexpr auto tooLargeToKeep = "executed already; its results were too large to be kept";

constexpr auto notEnoughMemory = "this device has not enough memory for it";

/// What is owed is never forgotten, so it must not be large, as the call_ids of many actions are: for these one failure
/// without them.
std::vector<protocol::ActionResult> shortRefusal(const ServerMessage& command) {
    constexpr std::size_t largest = 64U << 10U;
    return AnswerBudget::smallestAnswer(command) > largest ? beyondLimit(tooLargeToKeep)
                                                           : refusedResults(command, tooLargeToKeep);
}

bool endsTask(const ServerMessage& command) {
    return command.status == Status::completed || command.status == Status::failed;
}

/// The fields of a COMMAND that its answer repeats.
protocol::CommandHead headOf(const ServerMessage& command) {
    return {command.status, protocol::owned(command.sessionId), protocol::owned(command.responseId)};
}

}  // namespace

void Session::onMessage(transport::IncomingMessage message) {
    const log::LimitedLines::Scope limited(_serverLines);
    log::trace("<- {}", base::excerpt(message.data, loggedBody));
    carried(message.data.size());
    _timers.clear(Timer::silence);
    if (handledAsFrame(message)) {
        return;
    }
    protocol::Decoded decoded = _decoder.decode(std::move(message.data));
    if (const auto* fault = std::get_if<protocol::DecodeFault>(&decoded)) {
        return fault->notUtf8 && !message.binary
                   ? _parts.channel.refuse(transport::close_code::invalidText, transport::notUtf8)
                   : handleFault(*fault);
    }
    const auto& whole = std::get<ServerMessagePtr>(decoded);
    if (_state == State::registering) {
        handleAnswerToRegister(*whole);
    } else if (hearsUs()) {
        handle(whole);
    } else {
        log::info("a {} came while {}: ignored", protocol::name(whole->type), name(_state));
    }
}

void Session::handleAnswerToRegister(const ServerMessage& message) {
    if (message.type == ServerType::error || message.status == Status::error) {
        const std::string_view why = message.error.value_or("no reason given");
        const bool inUse = saysInUse(why);
        _lastError = "registration refused: " + base::excerpt(why, loggedReason);
        _failure = {.failed = registerStep, .why = _lastError};
        log::line(inUse ? _retries.levelOfRepeats(log::Level::warn) : log::Level::warn, "{}", _lastError);
        feed(inUse ? Event::refusedInUse : Event::refused);
    } else if (message.status == Status::ok) {
        feed(Event::accepted);
    } else {
        log::warn("a {} with status {} came before the registration was answered: ignored",
                  protocol::name(message.type), protocol::name(message.status));
    }
}

void Session::handleFault(const protocol::DecodeFault& fault) {
    log::warn("not a message of this protocol: {}", fault.text);
    if (hearsUs() && !fault.answerable) {
        noteRefusal(std::nullopt);
    }
    if (_state != State::listening || !fault.answerable) {
        return;
    }
    const std::string about = fault.responseId.empty() ? "" : " (response_id " + fault.responseId + ")";
    sendError("Message not understood: " + fault.text + about);
}

void Session::handle(const ServerMessagePtr& message) {
    switch (message->type) {
        case ServerType::command:
            return handleCommand(message);
        case ServerType::task:
            return handleTask(*message);
        case ServerType::taskEnd:
            return handleTaskEnd(*message);
        case ServerType::heartbeat:
            return handleHeartbeat(*message);
        case ServerType::error:
            return handleError(*message);
        case ServerType::deviceInfoRequest:
            return handleDeviceInfoRequest(*message);
        case ServerType::deviceInfoResponse:
            return sendError("Unexpected message of type device_info_response");
        case ServerType::binaryData:
        case ServerType::fileTransferStart:
        case ServerType::fileTransferComplete:
            return _receiver.announced(*message->announcement);
    }
}

/// An acknowledged heartbeat also confirms everything sent before it.
void Session::handleHeartbeat(const ServerMessage& message) {
    _task.acknowledged(message.sessionId);
    followTask();
    if (!message.sessionId) {
        _heartbeatAt = _parts.clock.now();
        _answers.confirm(std::exchange(_heartbeatMark, 0));
    }
}

void Session::handleTask(const ServerMessage& message) {
    std::string taskName = message.taskName ? std::string(*message.taskName) : base::uuid4();
    if (!_task.begin(taskName, message.sessionId)) {
        log::warn("a task is refused: another is running");
        log::trace("task '{}' refused: '{}' is running", taskName, _task.current()->name);
        return sendError("Task '" + taskName + "' refused: task '" + _task.current()->name + "' is running");
    }
    followTask();
    log::info("a task of session {}", protocol::shown(message.sessionId));
    log::trace("task '{}'", taskName);
    sendTask(taskName, message.userRequest, message.sessionId);
}

void Session::handleCommand(const ServerMessagePtr& message) {
    log::debug("session {} response {}: {} actions", protocol::shown(message->sessionId),
               protocol::shown(message->responseId), message->actions.size());
    _task.sawCommand(message->sessionId, message->taskName);
    followTask();
    switch (_answers.arrived(*message)) {
        case AnswerLedger::Arrival::fresh:
            return execute(message);
        case AnswerLedger::Arrival::joined:
            return log::info("session {} response {}: came again and is running already",
                             protocol::shown(message->sessionId), protocol::shown(message->responseId));
        case AnswerLedger::Arrival::repeated:
            log::info("session {} response {}: came again, so its answer is sent again",
                      protocol::shown(message->sessionId), protocol::shown(message->responseId));
            return send(_answers.answerTo(*message), false);
        case AnswerLedger::Arrival::forgotten:
            return refuse(message, tooLargeToKeep);
    }
}

void Session::execute(const ServerMessagePtr& command) {
    if (tooMuch(owing(), 0)) {
        return refuse(command, "too many results wait for the server to take them");
    }
    try {
        _arrivals.add(*command, _parts.clock.now());
        _news.submitted(command->sessionId);
        _door.submit(command);
    } catch (const std::bad_alloc&) {
        _news.answered(command->sessionId);
        refuse(command, notEnoughMemory);
    }
}

void Session::handleError(const ServerMessage& message) {
    const std::string_view text = message.error.value_or("an error without text");
    if (message.error && _sentErrors.isEcho(*message.error)) {
        return log::trace("the server echoes our error: {}", base::excerpt(text, loggedBody));
    }
    log::warn("the server reports: {}", base::excerpt(text, loggedReason));
    noteRefusal(message.sessionId);
}

void Session::noteRefusal(protocol::OptionalText sessionId) {
    if (const auto task = _task.refused(sessionId)) {
        log::warn("a task has ended: the server answered it with an error");
        log::trace("task '{}' has ended so", *task);
        followTask();
    }
}

void Session::handleTaskEnd(const ServerMessage& message) {
    const std::string session = protocol::shown(message.sessionId);
    const bool failed = message.status == Status::failed;  // why is the server's text, which is in the log at trace
    log::lineWith(failed ? log::Level::warn : log::Level::info, {{"session", message.sessionId.value_or("")}},
                  "session {} {}", session, failed ? "failed" : "ended");
    _task.end(message.sessionId);
    followTask();
    _door.cancelSession(message.sessionId.value_or(""), "the task has ended");
    _sender.drop(std::string(message.sessionId.value_or("")), "the task has ended");
}

void Session::handleDeviceInfoRequest(const ServerMessage& message) {
    const std::string response(message.responseId.value_or(""));
    if (_infoRequests == mostInfoRequests) {
        return sendError("Too many requests for the device's info wait for their answers (response_id " + response +
                         ")");
    }
    ++_infoRequests;
    collectInfo([this, response](const std::string& info) {
        --_infoRequests;
        if (_state == State::listening) {
            send(_encoder.deviceInfo(info, response, now()), true);
        }
    });
}

void Session::finished(FinishedBatch batch) {
    const log::LimitedLines::Scope limited(_serverLines);
    const auto command = batch.command;
    // Shared, because std::function needs a copyable job and the pieces must not be copied.
    const auto carried = std::make_shared<CommandAnswer>();
    try {
        *carried = encode(std::move(batch));
    } catch (const std::bad_alloc&) {
        *carried = refusal(command, notEnoughMemory);
    }
    if (!deliverHere(command, carried)) {
        post([this, command, carried] { deliver(command, carried); });
    }
}

/// Any thread, which owns the session for that time. False: it is for the I/O thread.
bool Session::deliverHere(const ServerMessagePtr& command, const std::shared_ptr<CommandAnswer>& results) {
    std::vector<AnsweredCommand> answered;
    const auto errand = [&]() -> std::optional<base::Clock::TimePoint> {
        if (!mayStandIn()) {
            return std::nullopt;
        }
        try {
            deliver(command, results);
        } catch (const std::bad_alloc&) {
            giveUpConnection();
        }
        answered.swap(_answered);
        return _memory.much() ? base::Clock::TimePoint() : nextDue();
    };
    const bool here = _parts.channel.standIn(std::ref(errand));
    tell(answered);
    return here;
}

/// Without memory the connection is given up, and the COMMAND at least counts as running no more.
void Session::refuse(const ServerMessagePtr& command, const std::string& why) {
    try {
        answerAfterFiles(command, std::make_shared<CommandAnswer>(encode({command, _door.refuse(*command, why)})));
    } catch (const std::bad_alloc&) {
        _answers.answered(*command, {}, {}, false);
        throw;
    }
}

/// Without memory the connection is given up, and the answer is owed.
void Session::deliver(const ServerMessagePtr& command, const std::shared_ptr<CommandAnswer>& results) {
    _news.answered(command->sessionId);
    try {
        answerAfterFiles(command, results);
    } catch (const std::bad_alloc&) {
        remember(*command, results->pieces, false);
        throw;
    }
}

/// The answer to a COMMAND whose results cannot be sent.
Session::CommandAnswer Session::refusal(const ServerMessagePtr& command, const std::string& why) const {
    log::warn("session {}: the results of a COMMAND are not sent: {}", protocol::shown(command->sessionId), why);
    return encode({command, refusedResults(*command, why)});
}

/// Any thread.
Session::CommandAnswer Session::encode(FinishedBatch batch) const {
    const Outcomes outcomes = outcomesOf(batch.results);
    return {_encoder.commandResults(headOf(*batch.command), std::move(batch.results), base::uuid4(), now()), outcomes,
            std::move(batch.counted)};
}

void Session::answerAfterFiles(const ServerMessagePtr& command, std::shared_ptr<CommandAnswer> results) {
    const std::size_t size = protocol::size(results->pieces);
    if (const std::string obstacle = hearsUs() ? obstacleTo(size, owing()) : ""; !obstacle.empty()) {
        return answer(command, refusal(command, obstacle));
    }
    _sender.afterFilesOf(std::string(command->sessionId.value_or("")), size + protocol::heldBytes(*command),
                         [this, command, results = std::move(results)] { answer(command, std::move(*results)); });
}

void Session::answer(const ServerMessagePtr& command, CommandAnswer results) {
    const log::LimitedLines::Scope limited(_serverLines);
    const bool awaited = _answers.awaited(*command);
    const std::string obstacle = awaited ? obstacleTo(protocol::size(results.pieces), queued()) : "";
    if (!obstacle.empty()) {
        results = refusal(command, obstacle);
    }
    const bool sent = awaited && hearsUs();
    const std::size_t bytes = protocol::size(results.pieces);
    remember(*command, results.pieces, sent);
    if (sent) {
        send(std::move(results.pieces), false);
    }
    const auto duration = _arrivals.take(*command, _parts.clock.now());
    if (endsTask(*command)) {
        _task.end(command->sessionId);
        followTask();
    }
    checkDrained();
    noteAnswered({command, results.outcomes, bytes, duration, sent});
}

/// Later: the channel writes first. Without memory there is no line.
void Session::noteAnswered(AnsweredCommand answered) {
    try {
        if (log::enabled(log::Level::info)) {
            _answered.push_back(std::move(answered));
        }
    } catch (const std::bad_alloc&) {
        log::error("a COMMAND is answered; not enough memory for its line");
    }
}

void Session::tell(const std::vector<AnsweredCommand>& answered) {
    const log::LimitedLines::Scope limited(_serverLines);
    try {
        for (const auto& one : answered) {
            logAnswered(one);
        }
    } catch (const std::bad_alloc&) {
        log::error("COMMANDs are answered; not enough memory for their lines");
    }
}

/// Without memory to keep the answer only the fact is kept that there was one. The answer to a COMMAND beyond a limit
/// is as short as a failure.
void Session::remember(const ServerMessage& command, const protocol::Pieces& results, bool sent) {
    try {
        protocol::Pieces failure;
        if (command.excess.empty() && _answers.needsFailure(protocol::size(results))) {
            failure = _encoder.commandResults(headOf(command), shortRefusal(command), base::uuid4(), now());
        }
        _answers.answered(command, results, failure, sent);
    } catch (const std::bad_alloc&) {
        log::error("not enough memory to keep an answer: it cannot be sent again");
        _answers.answered(command, {}, {}, sent);
    }
}

/// Why an answer of this size can be neither sent, after `waiting` bytes, nor kept; empty if it can be.
std::string Session::obstacleTo(std::size_t size, std::size_t waiting) const {
    if (hearsUs() ? !tooMuch(waiting, size) : size <= _answers.capacity()) {
        return {};
    }
    const std::string results = "The results have " + std::to_string(size) + " bytes; ";
    return hearsUs() ? results + std::to_string(waiting) + " of others wait for the server to take them"
                     : results + "without a connection " + std::to_string(_answers.capacity()) + " can be kept";
}

bool Session::tooMuch(std::size_t waiting, std::size_t more) const {
    return waiting > 0 && waiting + more > _settings.maxQueueSize;
}

}  // namespace aip::lifecycle
