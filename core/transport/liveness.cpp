#include "transport/liveness.h"

#include <algorithm>

namespace aip::transport {

/// At most half of the time-out: a ping must have had its chance before silence counts as a lost connection.
Liveness::Liveness(const ChannelSettings& settings, TimePoint now)
    : _settings(settings),
      _interval(std::min(settings.pingInterval, settings.pingTimeout / 2)),
      _nextPing(whilePinging(now + _interval)),
      _silenceDeadline(whilePinging(now + settings.pingTimeout)) {}

void Liveness::received(TimePoint now, bool midMessage) {
    _silenceDeadline = whilePinging(now + _settings.pingTimeout);
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
    _nextPing = whilePinging(now + _interval);
}

Liveness::TimePoint Liveness::next() const {
    return std::min({_nextPing, _silenceDeadline, _readDeadline, _sendDeadline});
}

std::string_view Liveness::verdict(TimePoint now) const {
    if (now >= _sendDeadline) {
        return "the server takes no byte of what is sent to it (send timeout)";
    }
    if (now >= _readDeadline) {
        return "the server fell silent in the middle of a message (read timeout)";
    }
    return now >= _silenceDeadline ? "the server does not answer pings (ping timeout)" : "";
}

Liveness::TimePoint Liveness::whilePinging(TimePoint time) const {
    return _settings.pingInterval.count() > 0 ? time : never;
}

}  // namespace aip::transport
