#pragma once

#include "network/tls.h"
#include "tests/support/tls_peer.h"
#include "tests/transport/channel_host.h"

#include <functional>
#include <string>
#include <vector>

namespace aip::tests {

/// Both ends of a TLS test.
struct TlsHarness {
    /// The server shows a certificate of `authority` that says `wish`; the client trusts that authority.
    explicit TlsHarness(const Wish& wish = {}, const transport::ChannelSettings& settings = {},
                        ChannelHost::OnMessage onMessage = {});

    std::string url(const std::string& host = "localhost") const;

    /// Where the client connects to, as `client` says.
    transport::Endpoint endpoint(const std::string& host = "localhost") const;

    void open(const std::string& host = "localhost") { channel.open(endpoint(host)); }

    /// Opens, and waits until both ends are upgraded.
    TlsPeer connect(const std::string& host = "localhost");

    /// Lets the client show a certificate of `issuer`.
    void identify(const Authority& issuer, const std::string& name = "device");

    Authority authority;
    Identity identity;
    TlsServer server;
    network::TlsMaterial client;
    Listener listener;
    ChannelHost channel;
};

}  // namespace aip::tests
