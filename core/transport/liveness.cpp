#include "transport/liveness.h"

#include <algorithm>

namespace aip::transport {

Liveness::Liveness(const ChannelSettings& settings, TimePoint now)
    : _settings(settings), _nextPing(afterInterval(now)) {}

void Liveness::received(TimePoint now, bool midMessage) {
    _pongDeadline = never;
    _readDeadline = midMessage ? now + _settings.readTimeout : never;
}

void Liveness::sent(TimePoint now, std::size_t bytes, bool pending) {
    if (!pending) {
        _sendDeadline = never;
    } else if (bytes > 0 || _sendDeadline == never) {
        _sendDeadline = now + _settings.sendTimeout;
    }
}

void Liveness::pinged(TimePoint now) {
    _nextPing = afterInterval(now);
    if (_pongDeadline == never) {
        _pongDeadline = now + _settings.pingTimeout;
    }
}

Liveness::TimePoint Liveness::next() const {
    return std::min({_nextPing, _pongDeadline, _readDeadline, _sendDeadline});
}

std::string_view Liveness::verdict(TimePoint now) const {
    if (now >= _sendDeadline) {
        return "the server takes no byte of what is sent to it (send timeout)";
    }
    if (now >= _readDeadline) {
        return "the server fell silent in the middle of a message (read timeout)";
    }
    return now >= _pongDeadline ? "the server does not answer pings (ping timeout)" : "";
}

Liveness::TimePoint Liveness::afterInterval(TimePoint now) const {
    return _settings.pingInterval.count() > 0 ? now + _settings.pingInterval : never;
}

}  // namespace aip::transport
