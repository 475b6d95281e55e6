#include "tests/transport/tls_harness.h"

#include <stdexcept>
#include <utility>

namespace aip::tests {

TlsHarness::TlsHarness(const Wish& wish, const transport::ChannelSettings& settings, ChannelHost::OnMessage onMessage)
    : identity(authority.issue(wish)), server(identity), channel(settings, std::move(onMessage)) {
    client.ca = {"ca.pem", authority.own().certificatePem()};
}

std::string TlsHarness::url(const std::string& host) const {
    return "wss://" + host + ":" + std::to_string(listener.port()) + "/ws";
}

transport::Endpoint TlsHarness::endpoint(const std::string& host) const {
    auto tls = network::loadTls(client);
    if (!tls) {
        throw std::runtime_error(tls.error().text());
    }
    return {.url = url(host), .token = "secret", .tls = *tls};
}

TlsPeer TlsHarness::connect(const std::string& host) {
    open(host);
    TlsPeer accepted = server.acceptUpgraded(listener);
    channel.waitOpen();
    return accepted;
}

void TlsHarness::identify(const Authority& issuer, const std::string& name) {
    const Identity own = issuer.issue({.name = name, .alternatives = ""});
    client.certificate = {"device.pem", own.certificatePem()};
    client.privateKey = {"device.key", own.keyPem()};
}

}  // namespace aip::tests
