#include "transport/dialer.h"

#include "network/tcp_stream.h"
#include "network/tls.h"
#include "network/tunnel.h"
#include "transport/frame.h"
#include "transport/retry_after.h"
#include "transport/upgrade.h"

#include <array>
#include <utility>

namespace aip::transport {

using network::AddressPlan;
using network::HttpExchange;
using network::IoStep;
using network::Progress;
using network::Resolver;
using network::Stream;
using network::Tunnel;

namespace {

std::unique_ptr<HttpExchange> makeTunnel(const Target& target) {
    return std::make_unique<Tunnel>(target.authority(), *target.proxy, "server.url");
}

}  // namespace

Dialer::Dialer(const Endpoint& endpoint, const ChannelSettings& settings, const base::Clock& clock, Resolver& resolver)
    : _clock(clock),
      _endpoint(endpoint),
      _deadline(clock.now() + settings.connectTimeout),
      _resolver(resolver),
      _stepDeadline(_deadline) {}

Dialer::State Dialer::step() {
    for (State before = _state;; before = _state) {
        _state = advance();
        if (_state == before) {
            return _state;
        }
    }
}

Dialer::State Dialer::advance() {
    switch (_state) {
        case State::begun:
            return parseUrl();
        case State::resolving:
            return resolveHost();
        case State::connecting:
            return connect();
        case State::securing:
            return secure();
        case State::tunnelling:
        case State::upgrading:
            return converse();
        case State::open:
        case State::failed:
            break;
    }
    return _state;
}

Interest Dialer::interest() const {
    return {_wants == Progress::wantsRead, _wants == Progress::wantsWrite};
}

Dialer::State Dialer::parseUrl() {
    auto target = parseEndpoint(_endpoint);
    if (!target) {
        return unreachable(target.error().text());
    }
    _target = *std::move(target);
    if (_target.secure && !_endpoint.tls) {
        return unreachable("wss:// without a TLS context");
    }
    _resolution = _resolver.begin(hop());
    return State::resolving;
}

Dialer::State Dialer::resolveHost() {
    auto addresses = _resolution->result();
    if (!addresses) {
        return _clock.now() < _deadline ? _state
                                        : unreachable("the name '" + hop() + "' is not resolved in time: check DNS");
    }
    if (!*addresses) {
        note(addresses->error());
        return unreachable(addresses->error().text());
    }
    _plan = AddressPlan(network::interleaved(**addresses), _deadline);
    _state = State::connecting;
    return nextAddress();
}

Dialer::State Dialer::nextAddress() {
    while (_plan.next()) {
        auto stream = openNext();
        if (stream) {
            _stream = *std::move(stream);
            _stepDeadline = _plan.connectDeadline(_clock.now());
            return wait(State::connecting, Progress::wantsWrite);
        }
        note(stream.error());
        noteFailure(stream.error().text());
    }
    const std::string way = _target.proxy ? " through the proxy " + hop() : "";
    return unreachable("cannot connect to " + _target.address() + way + " (" + _attempts + ")" + advice());
}

std::string Dialer::advice() const {
    if (_obstacle == Obstacle::shortage) {
        return ": this process, or the machine, has too much open";
    }
    if (!_nobodyThere) {
        return {};
    }
    return _target.proxy ? ": check that the proxy runs there (" + _target.proxy->origin.setting + ")"
                         : ": check that the server runs there";
}

base::Result<std::unique_ptr<Stream>> Dialer::openNext() {
    const std::string& address = _plan.address();
    const bool inTheClear = !_target.proxy && !_target.secure && !_endpoint.allowPlaintext;
    if (const std::string why = inTheClear ? whyNotInTheClear(address) : ""; !why.empty()) {
        return base::Error(base::Code::denied, why + ": use wss://, or set server.allow_plaintext=true");
    }
    _nobodyThere = true;
    return network::openTcp(address, hopPort());
}

Dialer::State Dialer::connect() {
    const IoStep io = _stream->connect();
    return io.progress == Progress::done ? connected() : waitOrGiveUp(io, "no answer in time");
}

Dialer::State Dialer::connected() {
    _nobodyThere = false;
    _obstacle = Obstacle::unknown;
    return _target.proxy ? begin(State::tunnelling, makeTunnel(_target)) : secureOrUpgrade();
}

Dialer::State Dialer::secureOrUpgrade() {
    if (!_target.secure) {
        return begin(State::upgrading, std::make_unique<Upgrade>(_target));
    }
    _stream = _endpoint.tls->secure(std::move(_stream), _target.host);
    _stepDeadline = _plan.handshakeDeadline(_clock.now());
    return wait(State::securing, Progress::wantsWrite);
}

Dialer::State Dialer::secure() {
    const IoStep io = _stream->connect();
    return io.progress == Progress::done ? begin(State::upgrading, std::make_unique<Upgrade>(_target))
                                         : waitOrGiveUp(io, "no answer to the TLS handshake in time");
}

Dialer::State Dialer::begin(State state, std::unique_ptr<HttpExchange> exchange) {
    _exchange = std::move(exchange);
    _unsent = _exchange->request();
    _stepDeadline = _deadline;
    return wait(state, Progress::wantsWrite);
}

Dialer::State Dialer::converse() {
    const State state = _unsent.empty() ? readAnswer() : sendRequest();
    if (state == _state && _clock.now() >= _deadline) {
        _obstacle = Obstacle::silence;
        return unreachable(peer() + " does not answer " + handshakeName() + " (connect timeout)");
    }
    return state;
}

Dialer::State Dialer::sendRequest() {
    const IoStep io = _stream->write(_unsent);
    if (io.progress == Progress::failed) {
        return broken();
    }
    _unsent.remove_prefix(io.bytes);
    const Progress next = _unsent.empty() ? Progress::wantsRead : Progress::wantsWrite;
    return wait(_state, io.progress == Progress::done ? next : io.progress);
}

Dialer::State Dialer::readAnswer() {
    std::array<char, 4096> bytes{};
    do {
        const IoStep io = _stream->read(bytes);
        switch (io.progress) {
            case Progress::done:
                break;
            case Progress::ended:
                _obstacle = Obstacle::cut;
                return fail({.text = peer() + " cut the connection during " + handshakeName()});
            case Progress::failed:
                return broken();
            default:
                return wait(_state, io.progress);
        }
        const HttpExchange::State verdict = _exchange->feed({bytes.data(), io.bytes});
        if (verdict != HttpExchange::State::waiting) {
            return answered(verdict);
        }
    } while (_stream->buffered());
    return wait(_state, Progress::wantsRead);
}

Dialer::State Dialer::answered(HttpExchange::State verdict) {
    if (_state == State::upgrading) {
        _clockAhead = transport::clockAhead(_exchange->head(), _clock.wallNow());
    }
    if (verdict == HttpExchange::State::refused) {
        return fail(refusal());
    }
    return _state == State::tunnelling ? secureOrUpgrade() : State::open;
}

CloseInfo Dialer::refusal() const {
    const auto& why = _exchange->refusal();
    const auto cause = _state == State::tunnelling ? CloseCause::unreachable
                       : why.violated              ? CloseCause::protocolError
                                                   : CloseCause::upgradeRejected;
    return {.cause = cause,
            .code = why.violated ? close_code::protocolError : close_code::noCloseFrame,
            .httpStatus = why.httpStatus,
            .text = why.text,
            .retryAfter = retryAfter(_exchange->head(), _clock.wallNow()),
            .obstacle = why.obstacle};
}

Dialer::State Dialer::wait(State state, Progress wants) {
    _wants = wants;
    return state;
}

Dialer::State Dialer::waitOrGiveUp(const IoStep& io, const char* silence) {
    const bool failed = io.progress == Progress::failed;
    if (!failed && _clock.now() < _stepDeadline) {
        return wait(_state, io.progress);
    }
    _tlsFailed = _tlsFailed || (failed && _state == State::securing);
    _obstacle = failed ? _stream->obstacle() : Obstacle::silence;
    noteFailure(failed ? _stream->error() : silence);
    return nextAddress();
}

DialStep Dialer::dialStep() const {
    switch (_state) {
        case State::begun:
        case State::resolving:
            return DialStep::resolve;
        case State::connecting:
            return DialStep::connect;
        case State::tunnelling:
            return DialStep::proxy;
        case State::securing:
            return DialStep::tls;
        default:
            return DialStep::upgrade;
    }
}

/// With TLS 1.3 the server judges our certificate only after the handshake.
Dialer::State Dialer::broken() {
    _tlsFailed = _tlsFailed || (_state == State::upgrading && _target.secure);
    _obstacle = _stream->obstacle();
    return fail({.text = "the connection broke during " + handshakeName() + ": " + _stream->error()});
}

Dialer::State Dialer::fail(CloseInfo info) {
    _failure = std::move(info);
    _failure.step = dialStep();
    _failure.obstacle = _failure.obstacle == Obstacle::unknown ? _obstacle : _failure.obstacle;
    const int status = _failure.httpStatus;
    _failure.credentialsInDoubt = _tlsFailed || status == 401 || status == 403 || status == 407;
    _stream.reset();
    return State::failed;
}

Dialer::State Dialer::unreachable(std::string text) {
    return fail({.cause = CloseCause::unreachable, .code = close_code::noCloseFrame, .text = std::move(text)});
}

void Dialer::note(const base::Error& error) {
    _obstacle = error.code() == base::Code::exhausted  ? Obstacle::shortage
                : error.code() == base::Code::notFound ? Obstacle::noRoute
                                                       : Obstacle::unknown;
}

void Dialer::noteFailure(const std::string& why) {
    _attempts += (_attempts.empty() ? "" : "; ") + _plan.address() + " port " + std::to_string(hopPort()) + ": " + why;
}

std::string Dialer::peer() const {
    return _state == State::tunnelling ? "the proxy" : "the server";
}

std::string Dialer::handshakeName() const {
    return _state == State::tunnelling ? "CONNECT" : "the upgrade";
}

}  // namespace aip::transport
