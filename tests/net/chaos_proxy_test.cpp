// The proxy does what its plans say; the fault tests depend on it.

#include "tests/support/chaos_proxy.h"

#include "tests/support/websocket_peer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>
#include <string>

#include <sys/socket.h>
#include <unistd.h>

namespace {

using namespace aip::tests;
using namespace std::chrono_literals;

/// The client's end: plain bytes.
class Client {
  public:
    explicit Client(const std::string& url)
        : _socket(connectTo(static_cast<std::uint16_t>(std::stoul(url.substr(url.rfind(':') + 1))))) {
        const timeval tv{limit.count(), 0};
        ::setsockopt(_socket, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv);
    }
    ~Client() { hangUp(); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    bool connected() const { return _socket >= 0; }
    void send(std::string_view bytes) const { ::send(_socket, bytes.data(), bytes.size(), MSG_NOSIGNAL); }
    std::string receive(std::size_t size) const {
        std::string bytes(size, '\0');
        const ssize_t got = ::recv(_socket, bytes.data(), size, MSG_WAITALL);
        return got < 0 ? "error " + std::to_string(errno) : bytes.substr(0, static_cast<std::size_t>(got));
    }
    void hangUp() {
        if (_socket >= 0) {
            ::close(std::exchange(_socket, -1));
        }
    }

  private:
    int _socket;
};

const std::string reset = "error " + std::to_string(ECONNRESET);
const std::string request = "GET / HTTP/1.1\r\n\r\n";

struct ThroughTheProxy : testing::Test {
    Listener listener;
    ChaosProxy proxy{listener.port()};
};

using AChaosProxy = ThroughTheProxy;

TEST_F(AChaosProxy, passesOnWhatItIsNotToldToHarm) {
    Client client(proxy.url());
    client.send(request);
    WebSocketPeer peer = listener.accept();
    EXPECT_EQ(peer.receiveRequest(), request);
    peer.sendRaw("hello");
    EXPECT_EQ(client.receive(5), "hello");
    peer.hangUp();
    EXPECT_EQ(client.receive(1), "");
}

TEST_F(AChaosProxy, tellsTheServerThatTheClientIsGone) {
    Client client(proxy.url());
    WebSocketPeer peer = listener.accept();
    client.hangUp();
    EXPECT_NO_THROW(peer.waitForEnd());
}

TEST_F(AChaosProxy, refusesUntilTheNextPlanCounts) {
    proxy.script({{.entry = Plan::Entry::refused}});
    EXPECT_FALSE(Client(proxy.url()).connected());
    EXPECT_FALSE(Client(proxy.url()).connected());
    proxy.script({{.entry = Plan::Entry::refused, .refusal = 10ms}, {}});
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (!Client(proxy.url()).connected()) {
        ASSERT_LT(std::chrono::steady_clock::now(), deadline);
    }
}

TEST_F(AChaosProxy, acceptsAndStaysSilent) {
    proxy.script({{.entry = Plan::Entry::silent}, {}});
    Client silent(proxy.url());
    silent.send(request);
    Client heard(proxy.url());
    heard.send(request);
    EXPECT_EQ(listener.accept().receiveRequest(), request);
    EXPECT_EQ(proxy.connections(), 2U);
}

TEST_F(AChaosProxy, resets) {
    proxy.script({{.entry = Plan::Entry::reset}});
    EXPECT_EQ(Client(proxy.url()).receive(1), reset);
}

TEST_F(AChaosProxy, cutsAtAByteOfTheServer) {
    proxy.script({{.toClient = {.cutAt = 3}}});
    Client client(proxy.url());
    WebSocketPeer peer = listener.accept();
    peer.sendRaw("hello");
    EXPECT_EQ(client.receive(5), "hel");
    peer.waitForEnd();
}

TEST_F(AChaosProxy, cutsAtAByteOfTheClient) {
    proxy.script({{.toServer = {.cutAt = 3}, .cutsByReset = true}});
    Client client(proxy.url());
    client.send(request);
    EXPECT_EQ(client.receive(1), reset);
    WebSocketPeer peer = listener.accept();
    EXPECT_THROW(peer.receiveRequest(), std::runtime_error);
}

TEST_F(AChaosProxy, swallowsWhatFollowsAByteAndTheEndWithIt) {
    proxy.script({{.toClient = {.stallAt = 3}}});
    Client client(proxy.url());
    WebSocketPeer peer = listener.accept();
    peer.sendRaw("hello");
    peer.hangUp();
    EXPECT_EQ(client.receive(3), "hel");
    client.send(request);
    proxy.strike({});
    EXPECT_EQ(proxy.connections(), 1U);
}

TEST_F(AChaosProxy, corruptsOneByte) {
    proxy.script({{.toClient = {.corruptAt = 1}}});
    Client client(proxy.url());
    listener.accept().sendRaw("hello");
    EXPECT_EQ(client.receive(5), "h\xE5llo");
}

TEST_F(AChaosProxy, delays) {
    proxy.script({{.toClient = {.delay = 50ms}}});
    Client client(proxy.url());
    WebSocketPeer peer = listener.accept();
    const auto before = std::chrono::steady_clock::now();
    peer.sendRaw("hello");
    EXPECT_EQ(client.receive(5), "hello");
    EXPECT_GE(std::chrono::steady_clock::now() - before, 50ms);
}

TEST_F(AChaosProxy, passesByteAfterByte) {
    proxy.script({{.toServer = {.bytewise = true}, .toClient = {.bytewise = true}}});
    Client client(proxy.url());
    client.send(request);
    WebSocketPeer peer = listener.accept();
    EXPECT_EQ(peer.receiveRequest(), request);
    peer.sendRaw(std::string(1000, 'x'));
    EXPECT_EQ(client.receive(1000), std::string(1000, 'x'));
}

TEST_F(AChaosProxy, keepsTheServersSideAliveAfterTheClientsDeath) {
    proxy.script({{.toServer = {.hidesEnd = true}}});
    Client client(proxy.url());
    client.send(request);
    WebSocketPeer peer = listener.accept();
    peer.receiveRequest();
    client.hangUp();
    peer.sendRaw("are you there?");
    EXPECT_EQ(proxy.connections(), 1U);
    proxy.drop();
    peer.waitForEnd();
    EXPECT_EQ(proxy.connections(), 0U);
}

TEST_F(AChaosProxy, strikesConnectionsThatAreThere) {
    Client client(proxy.url());
    WebSocketPeer peer = listener.accept();
    peer.sendRaw("hello");
    EXPECT_EQ(client.receive(5), "hello");
    proxy.strike({.toClient = {.cutAt = 2}, .cutsByReset = true});
    peer.sendRaw("hello");
    EXPECT_THAT(client.receive(2), testing::AnyOf("he", reset));
    EXPECT_THAT(client.receive(1), testing::AnyOf("", reset));
}

}  // namespace
