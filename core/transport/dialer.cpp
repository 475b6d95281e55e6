#include "transport/dialer.h"

#include "transport/frame.h"
#include "transport/resolver.h"
#include "transport/tcp_stream.h"

#include <array>

namespace aip::transport {
namespace {

constexpr std::string_view noAnswer = "no answer in time";

}  // namespace

Dialer::Dialer(const Endpoint& endpoint, const ChannelSettings& settings, const base::Clock& clock)
    : _clock(clock), _endpoint(endpoint), _deadline(clock.now() + settings.connectTimeout), _stepDeadline(_deadline) {}

Dialer::State Dialer::step() {
    if (_state == State::resolving) {
        _state = resolveHost();
    }
    if (_state == State::connecting) {
        _state = connect();
    }
    if (_state == State::upgrading) {
        _state = upgrade();
    }
    return _state;
}

Interest Dialer::interest() const {
    return {_wants == Progress::wantsRead, _wants == Progress::wantsWrite};
}

Dialer::State Dialer::resolveHost() {
    auto target = parseEndpoint(_endpoint);
    if (!target) {
        return unreachable(target.error().text());
    }
    _target = *std::move(target);
    auto addresses = resolve(_target.host);
    if (!addresses) {
        return unreachable(addresses.error().text());
    }
    _addresses = *std::move(addresses);
    return nextAddress();
}

Dialer::State Dialer::nextAddress() {
    while (_next < _addresses.size()) {
        const TimePoint now = _clock.now();
        const auto share = (_deadline - now) / static_cast<int>(_addresses.size() - _next);
        auto stream = openTcp(_addresses[_next++], _target.port);
        if (stream) {
            _stream = *std::move(stream);
            _stepDeadline = now + share;
            return wait(State::connecting, Progress::wantsWrite);
        }
        noteFailure(stream.error().text());
    }
    return unreachable("cannot connect to " + _target.host + " (" + _attempts + "): check that the server runs there");
}

Dialer::State Dialer::connect() {
    while (true) {
        const IoStep io = _stream->connect();
        if (io.progress == Progress::done) {
            _stepDeadline = _deadline;
            _unsent = _upgrade.emplace(_target).request();
            return State::upgrading;
        }
        if (io.progress != Progress::failed && _clock.now() < _stepDeadline) {
            return wait(State::connecting, io.progress);
        }
        noteFailure(io.progress == Progress::failed ? _stream->error() : std::string(noAnswer));
        if (const State state = nextAddress(); state != State::connecting) {
            return state;
        }
    }
}

Dialer::State Dialer::upgrade() {
    const State state = _unsent.empty() ? readAnswer() : sendRequest();
    if (state == State::upgrading && _clock.now() >= _deadline) {
        return unreachable("the server does not answer the upgrade (connect timeout)");
    }
    return state;
}

Dialer::State Dialer::sendRequest() {
    const IoStep io = _stream->write(_unsent);
    if (io.progress == Progress::failed) {
        return fail({.text = "the connection broke during the upgrade: " + _stream->error()});
    }
    _unsent.remove_prefix(io.bytes);
    const Progress next = _unsent.empty() ? Progress::wantsRead : Progress::wantsWrite;
    return wait(State::upgrading, io.progress == Progress::done ? next : io.progress);
}

Dialer::State Dialer::readAnswer() {
    std::array<char, 4096> bytes{};
    const IoStep io = _stream->read(bytes);
    switch (io.progress) {
        case Progress::done:
            break;
        case Progress::ended:
            return fail({.text = "the server cut the connection during the upgrade"});
        case Progress::failed:
            return fail({.text = "the connection broke during the upgrade: " + _stream->error()});
        default:
            return wait(State::upgrading, io.progress);
    }
    switch (_upgrade->feed({bytes.data(), io.bytes})) {
        case Upgrade::State::accepted:
            return State::open;
        case Upgrade::State::refused:
            return fail(_upgrade->refusal());
        case Upgrade::State::waiting:
            break;
    }
    return wait(State::upgrading, Progress::wantsRead);
}

Dialer::State Dialer::wait(State state, Progress wants) {
    _wants = wants;
    return state;
}

Dialer::State Dialer::fail(CloseInfo info) {
    _failure = std::move(info);
    _stream.reset();
    return State::failed;
}

Dialer::State Dialer::unreachable(std::string text) {
    return fail({.cause = CloseCause::unreachable, .code = close_code::noCloseFrame, .text = std::move(text)});
}

void Dialer::noteFailure(const std::string& why) {
    _attempts +=
        (_attempts.empty() ? "" : "; ") + _addresses[_next - 1] + " port " + std::to_string(_target.port) + ": " + why;
}

}  // namespace aip::transport
