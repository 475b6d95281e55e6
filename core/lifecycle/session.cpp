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
        _parts.channel.run(std::min(_timers.next(), _receiver.due()));
        _posted.run();
        _timers.fireDue(_parts.clock, [this](Timer timer) { fire(timer); });
        moveFiles();
    }
    return _end;
}

void Session::stop() {
    post([this] { feed(Event::stop); });
}

void Session::retryNow() {
    post([this] {
        const bool waits = _timers.isSet(Timer::retry);
        _timers.clear(Timer::retry);
        if (waits) {
            feed(Event::retryDue);
        }
    });
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
    _connected.set(false);
    for (const Timer timer : {Timer::registration, Timer::heartbeat, Timer::silence, Timer::stable}) {
        _timers.clear(timer);
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
    _timers.clear(Timer::registration);
    setTimer(Timer::heartbeat, _settings.heartbeatInterval);
    setTimer(Timer::stable, _settings.stableAfter);
    _occupiedBackoff.reset();
    log::info("registered as {}", _settings.clientId);
    _sender.connected();
    _connected.set(true);
    offerOwedAnswers();
    sendPendingRequest();
}

void Session::closeChannel() {
    _timers.clear(Timer::registration);
    _timers.clear(Timer::drain);
    const bool leaving = _state == State::closing;
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
        _door.cancelAll("the connection to the server was lost");
    }
    scheduleRetry();
}

void Session::drain() {
    log::info("stopping: {} commands still run", _answers.unanswered());
    _connected.set(false);
    _timers.clear(Timer::heartbeat);
    setTimer(Timer::drain, _settings.drainTimeout);
    _door.refuseNew("this device is shutting down");
    checkDrained();
}

void Session::checkDrained() {
    if (_state == State::draining && _answers.unanswered() == 0) {
        feed(Event::drained);
    }
}

void Session::finish() {
    _answers.disown();
    _door.refuseNew("this device is shutting down");
    _door.cancelAll("this device is shutting down");
    _disk.dropQueued();
    log::info("session ended");
}

void Session::post(Job job) {
    if (_posted.add(std::move(job))) {
        _parts.channel.wake();
    }
}

void Session::setTimer(Timer timer, std::chrono::milliseconds wait) {
    _timers.set(timer, _parts.clock.now() + wait);
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
            return _door.cancelAll("this device is shutting down");
        case Timer::stable:
            return _backoff.reset();
    }
}

}  // namespace aip::lifecycle
