// Connections through an HTTP proxy. The test's peer plays both the proxy and the server behind it.

#include "tests/transport/tls_harness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace {

using namespace aip::transport;
using namespace aip::tests;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* established = "HTTP/1.1 200 Connection established\r\n\r\n";

/// A name that nobody can resolve: the proxy alone has to.
constexpr const char* server = "server.invalid";

std::string proxyAt(const Listener& listener) {
    return "http://127.0.0.1:" + std::to_string(listener.port());
}

Endpoint plainEndpoint(const Listener& listener) {
    return {.url = "ws://server.invalid:5000/ws",
            .token = "secret",
            .allowPlaintext = true,
            .proxyUrl = proxyAt(listener),
            .proxyCredentials = "user:password"};
}

TEST(Proxy, leadsToThePlainServerWhoseNameItResolves) {
    Listener listener;
    ChannelHost host;
    host.open(plainEndpoint(listener));
    WebSocketPeer peer = listener.accept();
    const std::string request = peer.receiveRequest();
    EXPECT_THAT(request, StartsWith("CONNECT server.invalid:5000 HTTP/1.1\r\n"));
    EXPECT_THAT(request, HasSubstr("Proxy-Authorization: Basic dXNlcjpwYXNzd29yZA==\r\n"));
    EXPECT_THAT(request, Not(HasSubstr("secret")));
    peer.sendBytewise(established);
    const std::string upgrade = peer.acceptUpgrade();
    EXPECT_THAT(upgrade, StartsWith("GET /ws?token=secret HTTP/1.1\r\n"));
    EXPECT_THAT(upgrade, Not(HasSubstr("Proxy-")));
    host.waitOpen();
}

TEST(Proxy, leadsToTheSecureServerAndSeesNothingOfIt) {
    TlsHarness harness({.alternatives = std::string("DNS:") + server});
    Endpoint endpoint = harness.endpoint(server);
    endpoint.proxyUrl = proxyAt(harness.listener);
    harness.channel.open(endpoint);
    WebSocketPeer proxy = harness.listener.accept();
    EXPECT_THAT(proxy.receiveRequest(), StartsWith(std::string("CONNECT ") + server));
    proxy.sendRaw(established);
    TlsPeer secure = harness.server.handshake(proxy.release());
    ASSERT_EQ(secure.failure, "");
    EXPECT_EQ(secure.tls.serverName(), server);
    secure.peer.acceptUpgrade();
    harness.channel.waitOpen();
    secure.peer.sendText("through the proxy");
    EXPECT_EQ(harness.channel.waitMessage().data, "through the proxy");
}

TEST(Proxy, isNoReasonToTrustAnyServer) {
    TlsHarness harness;
    Endpoint endpoint = harness.endpoint(server);
    endpoint.proxyUrl = proxyAt(harness.listener);
    harness.channel.open(endpoint);
    WebSocketPeer proxy = harness.listener.accept();
    proxy.receiveRequest();
    proxy.sendRaw(established);
    TlsPeer secure = harness.server.handshake(proxy.release());
    EXPECT_THAT(harness.channel.waitClosed().text, HasSubstr(std::string("not for ") + server));
}

/// What the proxy says to CONNECT before it hangs up.
struct ProxyRow {
    const char* name;
    const char* answer;
    CloseCause cause;
    int httpStatus;
    const char* words;
};

class ProxyFaults : public testing::TestWithParam<ProxyRow> {};

TEST_P(ProxyFaults, areNamed) {
    Listener listener;
    ChannelHost host;
    host.open(plainEndpoint(listener));
    WebSocketPeer peer = listener.accept();
    peer.receiveRequest();
    peer.sendRaw(GetParam().answer);
    peer.hangUp();
    const CloseInfo info = host.waitClosed();
    EXPECT_EQ(info.cause, GetParam().cause);
    EXPECT_EQ(info.httpStatus, GetParam().httpStatus);
    EXPECT_EQ(info.credentialsInDoubt, info.httpStatus == 403 || info.httpStatus == 407);
    EXPECT_THAT(info.text, HasSubstr(GetParam().words));
    EXPECT_THAT(info.text, Not(HasSubstr("password")));
    EXPECT_THAT(info.text, Not(HasSubstr("secret")));
}

constexpr auto away = CloseCause::unreachable;

INSTANTIATE_TEST_SUITE_P(
    Proxy, ProxyFaults,
    testing::Values(ProxyRow{"unidentified", "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", away, 407,
                             "connection.http_proxy_credentials_file"},
                    ProxyRow{"forbidden", "HTTP/1.1 403 Forbidden\r\n\r\n", away, 403, "have it allowed there"},
                    ProxyRow{"unreachable", "HTTP/1.1 502 Bad Gateway\r\n\r\n", away, 502,
                             "cannot reach server.invalid:5000"},
                    ProxyRow{"garbage", "220 mail ESMTP user:password secret\r\n", away, 0, "not HTTP"},
                    ProxyRow{"cut", "HTTP/1.1 20", CloseCause::lost, 0, "the proxy cut the connection during CONNECT"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Proxy, thatStaysSilentIsGivenUp) {
    Listener listener;
    ChannelHost host(quickSettings());
    host.open(plainEndpoint(listener));
    WebSocketPeer peer = listener.accept();
    peer.receiveRequest();
    const CloseInfo info = host.waitClosed();
    EXPECT_EQ(info.cause, CloseCause::unreachable);
    EXPECT_THAT(info.text, HasSubstr("the proxy does not answer CONNECT"));
    peer.waitForEnd();
}

TEST(Proxy, thatIsNotThereIsNamed) {
    Listener listener;
    const Endpoint endpoint = plainEndpoint(listener);
    listener.close();
    ChannelHost host;
    host.open(endpoint);
    const std::string text = host.waitClosed().text;
    EXPECT_THAT(text, HasSubstr(" through the proxy 127.0.0.1 (127.0.0.1 port "));
    EXPECT_THAT(text, HasSubstr("connection.http_proxy"));
}

TEST(Plaintext, isFineToANameThatLeadsToThisMachine) {
    Listener listener;
    ChannelHost host;
    host.open("ws://localhost:" + std::to_string(listener.port()) + "/ws");
    WebSocketPeer peer = listener.acceptUpgraded();
    EXPECT_NO_THROW(host.waitOpen());
}

TEST(Plaintext, isRefusedForEveryOtherAddressBeforeAnythingIsSent) {
    ChannelHost host;
    host.open("ws://192.0.2.1:5000/ws", "secret");
    const CloseInfo info = host.waitClosed();
    EXPECT_EQ(info.cause, CloseCause::unreachable);
    EXPECT_THAT(info.text, HasSubstr("server.allow_plaintext=true"));
}

}  // namespace
