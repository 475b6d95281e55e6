#include "transport/channel.h"

#include <numeric>

namespace aip::transport {

std::size_t OutgoingMessage::size() const {
    return std::accumulate(pieces.begin(), pieces.end(), attachment ? attachment->size() : 0,
                           [](std::size_t sum, const std::string& piece) { return sum + piece.size(); });
}

std::string_view name(CloseCause cause) {
    switch (cause) {
        case CloseCause::requested:
            return "requested";
        case CloseCause::byPeer:
            return "byPeer";
        case CloseCause::unreachable:
            return "unreachable";
        case CloseCause::upgradeRejected:
            return "upgradeRejected";
        case CloseCause::protocolError:
            return "protocolError";
        case CloseCause::lost:
            return "lost";
    }
    return "unknown";
}

std::string_view name(DialStep step) {
    switch (step) {
        case DialStep::resolve:
            return "resolve";
        case DialStep::connect:
            return "connect";
        case DialStep::proxy:
            return "proxy";
        case DialStep::tls:
            return "tls";
        case DialStep::upgrade:
            return "upgrade";
        case DialStep::open:
            return "open";
    }
    return "unknown";
}

}  // namespace aip::transport
