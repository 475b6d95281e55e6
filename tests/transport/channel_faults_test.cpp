// A channel with a network that fails and a server that goes silent.

#include "tests/transport/connected.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace {

using namespace aip::transport;
using namespace aip::tests;
using testing::HasSubstr;
using testing::Not;

TEST(ChannelFaults, tellsThatTheServerIsNotThere) {
    Listener listener;
    const std::string url = listener.url();
    listener.close();
    ChannelHost host;
    host.open(url, "secret");
    const CloseInfo info = host.waitClosed();
    EXPECT_EQ(info.cause, CloseCause::unreachable);
    EXPECT_THAT(info.text, HasSubstr("Connection refused"));
    EXPECT_THAT(info.text, HasSubstr("127.0.0.1"));
    EXPECT_THAT(info.text, Not(HasSubstr("secret")));
}

TEST(ChannelFaults, tellsThatTheNameIsUnknown) {
    ChannelHost host;
    host.open("ws://no-such-host.invalid/ws");
    const CloseInfo info = host.waitClosed();
    EXPECT_EQ(info.cause, CloseCause::unreachable);
    EXPECT_THAT(info.text, HasSubstr("no-such-host.invalid"));
}

TEST(ChannelFaults, tellsThatTheUrlIsOfNoUse) {
    ChannelHost host;
    host.open("http://host/");
    EXPECT_EQ(host.waitClosed().cause, CloseCause::unreachable);
}

TEST(ChannelFaults, givesUpOnAServerThatAcceptsAndStaysSilent) {
    Listener listener;
    ChannelHost host(quickSettings());
    host.open(listener.url());
    WebSocketPeer peer = listener.accept();
    peer.receiveRequest();
    const CloseInfo info = host.waitClosed();
    EXPECT_EQ(info.cause, CloseCause::unreachable);
    EXPECT_THAT(info.text, HasSubstr("does not answer"));
    peer.waitForEnd();
}

TEST(ChannelFaults, givesUpOnAHandshakeThatDribbles) {
    Listener listener;
    ChannelHost host(quickSettings());
    host.open(listener.url());
    WebSocketPeer peer = listener.accept();
    peer.receiveRequest();
    peer.sendBytewise("HTTP/1.1 101 Switching Protocols\r\nUpgr");
    EXPECT_EQ(host.waitClosed().cause, CloseCause::unreachable);
}

/// What the server does once the request has come, and what the channel makes of it.
struct UpgradeRow {
    const char* name;
    std::string answer;
    CloseCause cause;
    int httpStatus;
};

class Upgrades : public testing::TestWithParam<UpgradeRow> {};

TEST_P(Upgrades, thatFailAreReported) {
    Listener listener;
    ChannelHost host;
    host.open(listener.url(), "secret");
    WebSocketPeer peer = listener.accept();
    peer.receiveRequest();
    peer.sendRaw(GetParam().answer);
    peer.hangUp();
    const CloseInfo info = host.waitClosed();
    EXPECT_EQ(info.cause, GetParam().cause) << info.text;
    EXPECT_EQ(info.httpStatus, GetParam().httpStatus);
    EXPECT_EQ(info.credentialsInDoubt, info.httpStatus == 401 || info.httpStatus == 403);
    EXPECT_FALSE(info.text.empty());
    EXPECT_THAT(info.text, Not(HasSubstr("secret")));
}

INSTANTIATE_TEST_SUITE_P(
    ChannelFaults, Upgrades,
    testing::Values(UpgradeRow{"status401", "HTTP/1.1 401 Unauthorized\r\n\r\n", CloseCause::upgradeRejected, 401},
                    UpgradeRow{"status403", "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
                               CloseCause::upgradeRejected, 403},
                    UpgradeRow{"status404", "HTTP/1.1 404 Not Found\r\n\r\nbody", CloseCause::upgradeRejected, 404},
                    UpgradeRow{"status500", "HTTP/1.0 500 Internal\r\n\r\n", CloseCause::upgradeRejected, 500},
                    UpgradeRow{"redirect", "HTTP/1.1 301 Moved\r\nLocation: /secret?token=secret\r\n\r\n",
                               CloseCause::upgradeRejected, 301},
                    UpgradeRow{"garbage", "220 mail.example.org ESMTP\r\n", CloseCause::protocolError, 0},
                    UpgradeRow{"wrongAccept", "HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
                               CloseCause::protocolError, 0},
                    UpgradeRow{"cutInTheHeader", "HTTP/1.1 101 Switch", CloseCause::lost, 0},
                    UpgradeRow{"cutAtOnce", "", CloseCause::lost, 0}),
    [](const auto& row) { return std::string(row.param.name); });

/// What happens on an open connection, and a text that the reason of its loss must contain.
struct LossRow {
    const char* name;
    std::function<void(WebSocketPeer&)> fault;
    const char* words;
};

class Losses : public testing::TestWithParam<LossRow> {};

TEST_P(Losses, areReported) {
    Connected c(quickSettings());
    GetParam().fault(c.peer);
    const CloseInfo info = c.host.waitClosed();
    EXPECT_EQ(info.cause, CloseCause::lost);
    EXPECT_EQ(info.code, 1006);
    EXPECT_THAT(info.text, HasSubstr(GetParam().words));
}

std::string half(const std::string& bytes) {
    return bytes.substr(0, bytes.size() / 2);
}

INSTANTIATE_TEST_SUITE_P(
    ChannelFaults, Losses,
    testing::Values(
        LossRow{"cutBetweenMessages", [](auto& peer) { peer.hangUp(); }, "cut"},
        LossRow{"reset", [](auto& peer) { peer.reset(); }, "reset"},
        LossRow{"cutInAHeader",
                [](auto& peer) {
                    peer.sendRaw("\x81");
                    peer.hangUp();
                },
                "cut"},
        LossRow{"cutInAFrame",
                [](auto& peer) {
                    peer.sendRaw(half(textFrame("hello")));
                    peer.hangUp();
                },
                "cut"},
        LossRow{"cutBetweenFragments",
                [](auto& peer) {
                    peer.sendFrame(opText, false, "hello");
                    peer.hangUp();
                },
                "cut"},
        LossRow{"silentInAHeader", [](auto& peer) { peer.sendRaw("\x81"); }, "read timeout"},
        LossRow{"silentInAFrame", [](auto& peer) { peer.sendRaw(half(textFrame("hello"))); }, "read timeout"},
        LossRow{"silentInALargeFrame", [](auto& peer) { peer.sendRaw(half(textFrame(std::string(1 << 20, 'x')))); },
                "read timeout"},
        LossRow{"silentBetweenFragments", [](auto& peer) { peer.sendFrame(opText, false, "hello"); }, "read timeout"},
        LossRow{"silentForGood", [](auto&) {}, "ping timeout"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(ChannelFaults, givesUpOnAServerThatTakesNothing) {
    ChannelSettings settings = quickSettings();
    settings.pingInterval = std::chrono::milliseconds(0);
    Connected c(settings);
    c.peer.shrinkReceiveBuffer();
    c.host.send(std::string(50UL << 20U, 'x'));
    const CloseInfo info = c.host.waitClosed();
    EXPECT_EQ(info.cause, CloseCause::lost);
    EXPECT_THAT(info.text, HasSubstr("send timeout"));
}

TEST(ChannelFaults, noticesACutWhileItSends) {
    Connected c;
    c.host.send(std::string(50UL << 20U, 'x'));
    c.peer.receiveFrame();
    c.peer.reset();
    EXPECT_EQ(c.host.waitClosed().cause, CloseCause::lost);
}

TEST(ChannelFaults, hearsTheServersLastWordsThoughItCanSendNoMore) {
    Connected c;
    c.peer.close(1011, "out of memory");
    c.peer.hangUp();
    c.host.send("into the void");
    const CloseInfo info = c.host.waitClosed();
    EXPECT_EQ(info.cause, CloseCause::byPeer);
    EXPECT_EQ(info.code, 1011);
    EXPECT_EQ(info.reason, "out of memory");
}

TEST(ChannelFaults, closesAlthoughTheServerDoesNotAnswer) {
    Connected c(quickSettings());
    c.host.close(1000);
    c.peer.receiveUntil(opClose);
    const CloseInfo info = c.host.waitClosed();
    EXPECT_EQ(info.cause, CloseCause::requested);
    EXPECT_EQ(info.code, 1006);
    c.peer.waitForEnd();
}

TEST(ChannelFaults, closesAlthoughTheServerCuts) {
    Connected c;
    c.host.close(1000);
    c.peer.receiveUntil(opClose);
    c.peer.hangUp();
    EXPECT_EQ(c.host.waitClosed().cause, CloseCause::requested);
}

TEST(ChannelFaults, abortsAtOnceWhateverIsQueued) {
    Connected c;
    c.peer.shrinkReceiveBuffer();
    c.host.send(std::string(50UL << 20U, 'x'));
    c.host.abort();
    EXPECT_EQ(c.host.waitClosed().cause, CloseCause::requested);
    EXPECT_EQ(c.host.queued(), 0U);
}

TEST(ChannelFaults, hidesTheTokenThatTheServerRepeats) {
    Listener listener;
    ChannelHost host;
    host.open(listener.url(), "secret/token");
    WebSocketPeer peer = listener.acceptUpgraded();
    host.waitOpen();
    peer.close(4001, "bad token secret/token or secret%2Ftoken");
    const CloseInfo info = host.waitClosed();
    EXPECT_EQ(info.reason, "bad token *** or ***");
    EXPECT_THAT(info.text, Not(HasSubstr("secret")));
}

}  // namespace
