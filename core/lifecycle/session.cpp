#include "lifecycle/session.h"

#include "base/json_text.h"
#include "base/log.h"

#include <algorithm>
#include <utility>

namespace aip::lifecycle {

namespace log = base::log;

Session::Session(SessionSettings settings, SessionParts parts)
    : _settings(std::move(settings)),
      _parts(std::move(parts)),
      _encoder(_settings.clientId),
      _backoff(_settings.backoffBase, _settings.backoffCap, _parts.random),
      _occupiedBackoff(_settings.backoffBase, _settings.occupiedCap, _parts.random),
      _answers(_settings.answerMemory) {}

Session::End Session::run() {
    feed(Event::start);
    while (_state != State::stopped) {
        _parts.channel.run(nextTimer());
        runPosted();
        fireTimers();
        moveFiles();
    }
    return _end;
}

void Session::stop() {
    post([this] { feed(Event::stop); });
}

void Session::retryNow() {
    post([this] {
        const bool waits = _timers[static_cast<std::size_t>(Timer::retry)].has_value();
        clearTimer(Timer::retry);
        if (waits) {
            feed(Event::retryDue);
        }
    });
}

bool Session::waitRegistered(std::chrono::milliseconds limit) const {
    std::unique_lock lock(_mutex);
    return _connectedChanged.wait_for(lock, limit, [this] { return _connected.load(); });
}

void Session::feed(Event event) {
    const Transition* row = transition(_state, event);
    if (row == nullptr) {
        log::trace("session: {} means nothing while {}", name(event), name(_state));
        return;
    }
    log::debug("session: {} --{}--> {} ({})", name(_state), name(event), name(row->to), name(row->action));
    _state = row->to;
    perform(row->action);
}

void Session::perform(Action action) {
    switch (action) {
        case Action::none:
            return;
        case Action::openChannel:
            _channelInUse = true;
            log::info("connecting to {} (attempt {})", _settings.endpoint.url, _backoff.attempts() + 1);
            return _parts.channel.open(_settings.endpoint, *this);
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
        case Action::finish:
            return finish();
    }
}

void Session::onOpen() {
    feed(Event::opened);
}

void Session::onClosed(const transport::CloseInfo& info) {
    const bool wanted = info.cause == transport::CloseCause::requested;
    log::line(wanted ? log::Level::info : log::Level::warn, "connection closed: {} (code {}){}{}",
              transport::name(info.cause), info.code, info.text.empty() ? "" : ": ", info.text);
    _channelInUse = false;
    _retryAfter = info.retryAfter;
    setConnected(false);
    for (const Timer timer : {Timer::registration, Timer::heartbeat, Timer::silence, Timer::stable}) {
        clearTimer(timer);
    }
    ++_connection;
    _task = {};
    _heartbeatMark = 0;
    feed(Event::closed);
    _receiver.connectionLost();
    _sender.disconnected("the connection to the server was lost");
}

void Session::describeDevice() {
    setTimer(Timer::registration, _settings.registrationTimeout);
    _parts.profile.collect(_parts.channel.localAddress(), [this, connection = _connection](std::string systemInfo) {
        post([this, connection, info = std::move(systemInfo)]() mutable {
            if (connection == _connection) {
                _systemInfo = std::move(info);
                feed(Event::described);
            }
        });
    });
}

void Session::sendRegistration() {
    const std::string registered = now();
    const std::string& platform = _parts.profile.settings().platform;
    std::string metadata = "{";
    if (!_systemInfo.empty()) {
        metadata += R"("system_info":)" + _systemInfo + ",";
    }
    metadata += R"("registration_time":)" + base::jsonString(registered);
    metadata += R"(,"platform":)" + base::jsonString(platform);
    if (const std::string more = _parts.describeAgent(); !more.empty()) {
        metadata += "," + more;
    }
    send(_encoder.registration(metadata + "}", registered), false);
}

void Session::beginListening() {
    clearTimer(Timer::registration);
    setTimer(Timer::heartbeat, _settings.heartbeatInterval);
    setTimer(Timer::stable, _settings.stableAfter);
    _occupiedBackoff.reset();
    log::info("registered as {}", _settings.clientId);
    _sender.connected();
    setConnected(true);
    offerOwedAnswers();
    sendPendingRequest();
}

void Session::closeChannel() {
    clearTimer(Timer::registration);
    clearTimer(Timer::drain);
    const bool leaving = _state == State::closing;
    _parts.channel.close(leaving ? 1001 : 1000, leaving ? "the agent is shutting down" : "");
}

void Session::abortChannel() {
    clearTimer(Timer::retry);
    clearTimer(Timer::registration);
    if (_channelInUse) {
        _parts.channel.abort();
    } else {
        feed(Event::closed);
    }
}

void Session::scheduleRetry() {
    if (_state == State::occupied) {
        const auto wait = _occupiedBackoff.next();
        log::warn("waiting for the server to drop our old connection; next attempt in {} ms", wait.count());
        return setTimer(Timer::retry, wait);
    }
    if (_settings.maxRetries != 0 && _backoff.attempts() >= _settings.maxRetries) {
        log::error("giving up after {} attempts (connection.max_retries)", _backoff.attempts());
        _end = End::retriesExhausted;
        return feed(Event::exhausted);
    }
    const auto wait =
        _retryAfter.count() == 0 ? _backoff.next() : std::min(_retryAfter + _backoff.next(), _settings.backoffCap);
    log::info("next attempt in {} ms", wait.count());
    setTimer(Timer::retry, wait);
}

void Session::loseSession() {
    if (_settings.onDisconnect == OnDisconnect::finish) {
        _answers.connectionLost();
    } else {
        _answers.disown();
        _parts.dispatcher.cancelAll("the connection to the server was lost");
    }
    scheduleRetry();
}

void Session::drain() {
    log::info("stopping: {} commands still run", _answers.unanswered());
    setConnected(false);
    clearTimer(Timer::heartbeat);
    setTimer(Timer::drain, _settings.drainTimeout);
    _parts.dispatcher.refuseNew("this device is shutting down");
    checkDrained();
}

void Session::checkDrained() {
    if (_state == State::draining && _answers.unanswered() == 0) {
        feed(Event::drained);
    }
}

void Session::finish() {
    _answers.disown();
    _parts.dispatcher.refuseNew("this device is shutting down");
    _parts.dispatcher.cancelAll("this device is shutting down");
    log::info("session ended");
}

void Session::setConnected(bool connected) {
    {
        const std::lock_guard lock(_mutex);
        _connected = connected;
    }
    _connectedChanged.notify_all();
}

void Session::post(std::function<void()> job) {
    bool first = false;
    {
        const std::lock_guard lock(_mutex);
        first = _posted.empty();
        _posted.push_back(std::move(job));
    }
    if (first) {
        _parts.channel.wake();
    }
}

void Session::runPosted() {
    std::vector<std::function<void()>> jobs;
    {
        const std::lock_guard lock(_mutex);
        jobs.swap(_posted);
    }
    for (const auto& job : jobs) {
        job();
    }
}

void Session::setTimer(Timer timer, std::chrono::milliseconds wait) {
    _timers[static_cast<std::size_t>(timer)] = _parts.clock.now() + wait;
}

base::Clock::TimePoint Session::nextTimer() const {
    auto next = _receiver.due();
    for (const auto& due : _timers) {
        next = std::min(next, due.value_or(next));
    }
    return next;
}

void Session::fireTimers() {
    for (std::size_t i = 0; i < timerCount; ++i) {
        if (_timers[i] && *_timers[i] <= _parts.clock.now()) {
            _timers[i].reset();
            fire(static_cast<Timer>(i));
        }
    }
}

void Session::fire(Timer timer) {
    switch (timer) {
        case Timer::retry:
            return feed(Event::retryDue);
        case Timer::registration:
            log::warn("the registration was not answered within {} ms", _settings.registrationTimeout.count());
            return feed(Event::timedOut);
        case Timer::heartbeat:
            return sendHeartbeat();
        case Timer::silence:
            log::warn("no answer to a heartbeat within {} ms", _settings.heartbeatTimeout.count());
            return feed(Event::silent);
        case Timer::drain:
            _sender.disconnected("this device is shutting down");
            return _parts.dispatcher.cancelAll("this device is shutting down");
        case Timer::stable:
            return _backoff.reset();
    }
}

}  // namespace aip::lifecycle
