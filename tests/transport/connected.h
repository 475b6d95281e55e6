#pragma once

#include "tests/support/websocket_peer.h"
#include "tests/transport/channel_host.h"

#include <utility>

namespace aip::tests {

/// A channel with an open connection to a peer that the test plays.
struct Connected {
    explicit Connected(const transport::ChannelSettings& settings = {}, ChannelHost::OnMessage onMessage = {})
        : host(settings, std::move(onMessage)), peer((host.open(listener.url()), listener.acceptUpgraded())) {
        host.waitOpen();
    }

    Listener listener;
    ChannelHost host;
    WebSocketPeer peer;
};

}  // namespace aip::tests
