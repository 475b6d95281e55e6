#include "lifecycle/session.h"

#include "base/json_text.h"
#include "base/log.h"
#include "base/memory.h"

#include <algorithm>
#include <new>
#include <utility>

namespace aip::lifecycle {

namespace log = base::log;

namespace {

/// For the answers after the grace time of cancelled calls: processes may have to be killed before.
constexpr std::chrono::milliseconds lastAnswers{4'000};
constexpr auto shuttingDown = "this device is shutting down";

}  // namespace

Session::Session(SessionSettings settings, SessionParts parts)
    : _settings(std::move(settings)),
      _parts(std::move(parts)),
      _endpoint(_settings.endpoint),
      _encoder(_settings.clientId),
      _retries(_settings, _parts.random),
      _answers(_settings.answerMemory),
      _news(_parts.dispatcher.tasks(), _parts.tasks) {}

Session::End Session::run() {
    feed(Event::start);
    while (_state != State::stopped) {
        try {
            turn();
        } catch (const std::bad_alloc&) {
            giveUpConnection();
        }
    }
    tellAnswered();
    return _end;
}

void Session::turn() {
    _parts.channel.run(_answered.empty() ? nextDue() : base::Clock::TimePoint());
    tellAnswered();
    _posted.run();
    _timers.fireDue(_parts.clock, [this](Timer timer) { fire(timer); });
    moveFiles();
    if (_memory.much() && _answers.unanswered() == 0 && owing() == 0) {
        returnMemory();
    }
}

base::Clock::TimePoint Session::nextDue() const {
    return std::min(_timers.next(), _receiver.due());
}

void Session::carried(std::size_t bytes) {
    _memory.carried(bytes);
    if (_memory.some() && (bytes >= MemoryRest::busy || !_timers.isSet(Timer::rest))) {
        setTimer(Timer::rest, MemoryRest::rest);
    }
}

void Session::returnMemory() {
    _memory.givenBack();
    _disk.run([] { base::returnFreeMemory(); });
}

/// A message that does not fit into memory: what is owed is answered on the next connection.
void Session::giveUpConnection() {
    log::error("not enough memory: the connection is given up");
    if (_channelInUse) {
        _parts.channel.abort();
    }
}

void Session::stop() {
    post([this] { feed(Event::stop); });
}

void Session::retryNow() {
    post([this] { endWait(); });
}

void Session::use(transport::Endpoint endpoint) {
    post([this, endpoint = std::move(endpoint)]() mutable {
        _endpoint = std::move(endpoint);
        _endpointIsUntried = !hearsUs();
        endWait();
    });
}

void Session::endWait() {
    if (_timers.isSet(Timer::retry)) {
        _timers.clear(Timer::retry);
        feed(Event::retryDue);
    }
}

void Session::feed(Event event) {
    const Transition* row = transition(_state, event);
    if (row == nullptr) {
        log::trace("session: {} means nothing while {}", name(event), name(_state));
        return;
    }
    log::debug("session: {} --{}--> {} ({})", name(_state), name(event), name(row->to), name(row->action));
    if (_state != row->to) {
        _since = _parts.clock.wallNow();
    }
    _state = row->to;
    perform(row->action);
    tellState();
}

/// After the action, which may have led to another state.
void Session::tellState() {
    if (_parts.changed && std::exchange(_told, _state) != _state) {
        _parts.changed(describe());
    }
}

std::optional<SessionStatus> Session::status(std::chrono::milliseconds limit) {
    using Answer = base::Guarded<std::optional<SessionStatus>>;
    const auto answer = std::make_shared<Answer>();
    post([this, answer] {
        answer->with([this](auto& status) { status = describe(); });
        answer->notify();
    });
    return answer->waitUntil(
        std::chrono::steady_clock::now() + limit, [](const auto& status) { return status.has_value(); },
        [](const auto& status) { return status; });
}

SessionStatus Session::describe() const {
    SessionStatus status{.state = _state,
                         .since = _since,
                         .server = _settings.endpoint.url,
                         .lastError = hearsUs() ? std::string() : _lastError,
                         .failure = hearsUs() ? ConnectionFailure() : _failure,
                         .clockAhead = _parts.channel.clockAhead(),
                         .attempts = _retries.attempts(),
                         .unanswered = _answers.unanswered(),
                         .queuedBytes = queued(),
                         .transfers = _sender.waiting()};
    if (const auto retry = _timers.due(Timer::retry)) {
        const auto wait = std::chrono::duration_cast<std::chrono::milliseconds>(*retry - _parts.clock.now());
        status.nextAttempt = std::max(wait, std::chrono::milliseconds(0));
    }
    if (_heartbeatAt) {
        status.heartbeatAge = std::chrono::duration_cast<std::chrono::milliseconds>(_parts.clock.now() - *_heartbeatAt);
    }
    if (const auto& task = _task.current()) {
        status.task = task->name;
        status.session = task->sessionId.value_or("");
    }
    return status;
}

void Session::perform(Action action) {
    switch (action) {
        case Action::none:
            return;
        case Action::openChannel:
            _channelInUse = true;
            log::line(_retries.levelOfRepeats(log::Level::info), "connecting to {} (attempt {})",
                      _settings.endpoint.url, _retries.attempt());
            _endpointIsUntried = false;
            return _parts.channel.open(_endpoint, *this);
        case Action::describeDevice:
            return describeDevice();
        case Action::sendRegistration:
            return sendRegistration();
        case Action::beginListening:
            return beginListening();
        case Action::closeChannel:
            return closeChannel();
        case Action::abortChannel:
            return abortChannel();
        case Action::scheduleRetry:
            return scheduleRetry();
        case Action::loseSession:
            return loseSession();
        case Action::drain:
            return drain();
        case Action::hurry:
            return hurry();
        case Action::finish:
            return finish();
    }
}

void Session::onOpen() {
    feed(Event::opened);
}

void Session::onClosed(const transport::CloseInfo& info) {
    const bool wanted = info.cause == transport::CloseCause::requested;
    const auto level = wanted ? log::Level::info : log::Level::warn;
    log::line(_state == State::occupied ? _retries.levelOfRepeats(level) : level, "connection closed: {} (code {}){}{}",
              transport::name(info.cause), info.code, info.text.empty() ? "" : ": ", info.text);
    _channelInUse = false;
    if (!wanted) {
        _lastError = std::string(transport::name(info.cause)) + (info.text.empty() ? "" : ": " + info.text);
        _failure = failureOf(info);
        if (_state == State::describing || _state == State::registering) {
            _failure.failed = registerStep;
        }
    }
    _retryAfter = info.retryAfter;
    for (const Timer timer : {Timer::registration, Timer::heartbeat, Timer::silence, Timer::stable}) {
        _timers.clear(timer);
    }
    ++_connection;
    _task.connectionLost();
    followTask();
    _sentErrors = {};
    _infoRequests = 0;
    _heartbeatMark = 0;
    _heartbeatAt.reset();
    feed(Event::closed);
    if (info.credentialsInDoubt && _parts.credentialsRefused) {
        _parts.credentialsRefused();
    }
    _receiver.connectionLost();
    _sender.disconnected("the connection to the server was lost");
}

void Session::describeDevice() {
    collectInfo([this](std::string info) {
        _systemInfo = std::move(info);
        feed(Event::described);
    });
}

/// `use` is called on the I/O thread, unless the connection is lost first. The answer may come after this session has
/// ended.
void Session::collectInfo(std::function<void(std::string)> use) {
    auto arrived = [this, connection = _connection, use = std::move(use)](std::string info) {
        if (connection == _connection) {
            use(std::move(info));
        }
    };
    _parts.profile.collect(_parts.channel.localAddress(),
                           [arrived = std::move(arrived), home = _posted.address()](std::string info) {
                               home.post([arrived, info = std::move(info)] { arrived(info); });
                           });
}

void Session::sendRegistration() {
    const std::string registered = now();
    const std::string& platform = _parts.profile.settings().platform;
    std::string metadata = R"({"system_info":)" + _systemInfo;
    metadata += R"(,"registration_time":)" + base::jsonString(registered);
    metadata += R"(,"platform":)" + base::jsonString(platform);
    if (const std::string more = _parts.describeAgent(); !more.empty()) {
        metadata += "," + more;
    }
    setTimer(Timer::registration, _settings.registrationTimeout);
    send(_encoder.registration(metadata + "}", registered), false);
}

void Session::beginListening() {
    _timers.clear(Timer::registration);
    setTimer(Timer::heartbeat, _settings.heartbeatInterval);
    setTimer(Timer::stable, _settings.stableAfter);
    _endpointIsUntried = false;
    _heartbeatAt = _parts.clock.now();
    _retries.registered();
    log::info("registered as {}", _settings.clientId);
    _parts.dispatcher.trail().event("registered", R"("client_id":)" + base::jsonString(_settings.clientId));
    _sender.connected();
    offerOwedAnswers();
    sendPendingRequest();
}

void Session::closeChannel() {
    _timers.clear(Timer::registration);
    _timers.clear(Timer::drain);
    _timers.clear(Timer::drained);
    const bool leaving = _state == State::closing || _state == State::leaving;
    if (_state == State::closing) {
        _timers.set(Timer::close, std::max(_drainEnd, _parts.clock.now() + _settings.closeLimit));
    }
    _parts.channel.close(leaving ? 1001 : 1000, leaving ? "the agent is shutting down" : "");
}

void Session::abortChannel() {
    _timers.clear(Timer::retry);
    _timers.clear(Timer::registration);
    if (_channelInUse) {
        _parts.channel.abort();
    } else {
        feed(Event::closed);
    }
}

void Session::scheduleRetry() {
    const auto cause = _state == State::occupied ? RetryPlan::Cause::occupied : RetryPlan::Cause::failed;
    const auto step = _retries.next(cause, _parts.clock.now(), _retryAfter);
    const bool atOnce = step.wait && _endpointIsUntried;
    log::line(step.level, "{}", atOnce ? "connecting at once with other credentials" : step.line);
    if (step.wait) {
        return setTimer(Timer::retry, atOnce ? std::chrono::milliseconds(0) : *step.wait);
    }
    _end = End::retriesExhausted;
    feed(Event::exhausted);
}

void Session::loseSession() {
    _parts.dispatcher.trail().event("disconnected", {});
    _answers.connectionLost();
    if (_settings.onDisconnect == OnDisconnect::cancel) {
        _door.cancelAll("the connection to the server was lost");
    }
    scheduleRetry();
}

void Session::drain() {
    log::info("stopping: calls of all doors that still run or wait: {}; commands that are not answered: {}",
              _parts.dispatcher.calls().list(0).leftOut, _answers.unanswered());
    _timers.clear(Timer::heartbeat);
    _drainEnd = _parts.clock.now() + _settings.drainTimeout;
    _timers.set(Timer::drain, _drainEnd);
    _door.refuseNew(shuttingDown);
    checkDrained();
}

void Session::hurry() {
    _timers.clear(Timer::drain);
    _timers.clear(Timer::drained);
    setTimer(Timer::close, _settings.hurriedClose);
    _sender.disconnected(shuttingDown);
    _door.cancelAll(shuttingDown, _settings.hurriedGrace);
    checkDrained();
}

void Session::checkDrained() {
    if (isDraining() && _answers.unanswered() == 0) {
        feed(Event::drained);
    }
}

void Session::finish() {
    _answers.disown();
    _timers.clear(Timer::close);
    _door.refuseNew(shuttingDown);
    _door.cancelAll(shuttingDown);
    _disk.dropQueued();
    log::info("session ended");
}

void Session::post(Job job) {
    _posted.address().post(std::move(job));
}

void Session::setTimer(Timer timer, std::chrono::milliseconds wait) {
    _timers.set(timer, _parts.clock.now() + wait);
}

void Session::noteSilence(std::string step, std::string what) {
    log::warn("{}", what);
    _lastError = what;
    _failure = {.failed = std::move(step), .why = std::move(what), .obstacle = transport::Obstacle::silence};
}

void Session::fire(Timer timer) {
    switch (timer) {
        case Timer::retry:
            return feed(Event::retryDue);
        case Timer::registration:
            noteSilence(registerStep, "the registration was not answered within " +
                                          std::to_string(_settings.registrationTimeout.count()) + " ms");
            return feed(Event::timedOut);
        case Timer::heartbeat:
            return sendHeartbeat();
        case Timer::silence:
            noteSilence(
                std::string(transport::name(transport::DialStep::open)),
                "no answer to a heartbeat within " + std::to_string(_settings.heartbeatTimeout.count()) + " ms");
            return feed(Event::silent);
        case Timer::drain:
            setTimer(Timer::drained, _parts.dispatcher.cancelGrace() + lastAnswers);
            _sender.disconnected(shuttingDown);
            return _door.cancelAll(shuttingDown);
        case Timer::drained:
            log::error("{} commands are not answered although they were cancelled", _answers.unanswered());
            return feed(Event::drained);
        case Timer::close:
            return feed(Event::timedOut);
        case Timer::rest:
            return returnMemory();
        case Timer::stable:
            return _retries.stable();
    }
}

}  // namespace aip::lifecycle
