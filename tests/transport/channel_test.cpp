// A channel with a correct server.

#include "tests/transport/connected.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include <fcntl.h>

namespace {

using namespace aip::transport;
using namespace aip::tests;
using testing::HasSubstr;
using testing::StartsWith;

TEST(Channel, connectsWithTheTokenInTheQuery) {
    Listener listener;
    ChannelHost host;
    host.open(listener.url(), "s3cr&t");
    WebSocketPeer peer = listener.accept();
    EXPECT_THAT(peer.acceptUpgrade(), StartsWith("GET /ws?token=s3cr%26t HTTP/1.1\r\n"));
    host.waitOpen();
}

TEST(Channel, connectsOverIpv6) {
    if (!Listener::possible("::1")) {
        GTEST_SKIP() << "this machine has no IPv6";
    }
    Listener listener("::1");
    ChannelHost host;
    host.open(listener.url());
    WebSocketPeer peer = listener.acceptUpgraded();
    EXPECT_NO_THROW(host.waitOpen());
}

TEST(Channel, triesTheOtherAddressesOfAName) {
    Listener listener;
    ChannelHost host;
    host.open("ws://localhost:" + std::to_string(listener.port()) + "/ws");
    WebSocketPeer peer = listener.acceptUpgraded();
    EXPECT_NO_THROW(host.waitOpen());
}

/// A name that leads to these addresses, in this order.
aip::network::LookUp leadingTo(std::vector<std::string> addresses) {
    return [addresses = std::move(addresses)](const std::string&) -> aip::network::Addresses { return addresses; };
}

/// Listens on one address and is not to be asked before the others: they refuse.
TEST(Channel, triesTheAddressesInTheOrderOfTheSystem) {
    Listener here("127.0.0.9");
    ChannelHost host({}, {}, leadingTo({"127.0.0.12", "127.0.0.9", "127.0.0.3"}));
    host.open("ws://server.test:" + std::to_string(here.port()) + "/ws");
    WebSocketPeer peer = here.accept();
    EXPECT_THAT(peer.acceptUpgrade(), HasSubstr("Host: server.test:" + std::to_string(here.port()) + "\r\n"));
    host.waitOpen();
}

TEST(Channel, namesTheFailedAddressesInTheOrderOfTheAttempts) {
    Listener gone;
    const std::string port = std::to_string(gone.port());
    gone.close();
    ChannelHost host({}, {}, leadingTo({"127.0.0.12", "127.0.0.9", "::1", "127.0.0.3"}));
    host.open("ws://server.test:" + port + "/ws");
    const std::string text = host.waitClosed().text;
    std::size_t at = 0;
    for (const char* address : {"127.0.0.12", "::1", "127.0.0.9", "127.0.0.3"}) {
        at = text.find(std::string(address) + " port " + port, at);
        EXPECT_NE(at, std::string::npos) << address << " in " << text;
    }
}

TEST(Channel, goesOnWithTheOtherFamily) {
    if (!Listener::possible("::1")) {
        GTEST_SKIP() << "this machine has no IPv6";
    }
    Listener listener("::1");
    ChannelHost host({}, {}, leadingTo({"127.0.0.12", "127.0.0.9", "::1"}));
    host.open("ws://server.test:" + std::to_string(listener.port()) + "/ws");
    WebSocketPeer peer = listener.acceptUpgraded();
    host.waitOpen();
}

TEST(Channel, connectsToAMappedAddressOfThisMachine) {
    Listener listener;
    ChannelHost host;
    host.open("ws://[::ffff:127.0.0.1]:" + std::to_string(listener.port()) + "/ws");
    WebSocketPeer peer = listener.acceptUpgraded();
    host.waitOpen();
}

TEST(Channel, keepsTheAddressOfTheLoopbackToItself) {
    Connected c;
    EXPECT_EQ(c.host.localAddress(), "");
}

TEST(Channel, passesOverAnInterimAnswer) {
    Listener listener;
    ChannelHost host;
    host.open(listener.url());
    WebSocketPeer peer = listener.accept();
    const std::string request = peer.receiveRequest();
    peer.sendRaw("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n");
    peer.sendRaw(WebSocketPeer::upgradeAnswer(request) + textFrame("early"));
    host.waitOpen();
    EXPECT_EQ(host.waitMessage().data, "early");
}

TEST(Channel, tellsHowLongTheServerWantsUsAway) {
    for (const auto& [head, wait] :
         {std::pair("HTTP/1.1 503 Busy\r\nRetry-After: 7\r\n\r\n", 7'000), std::pair("HTTP/1.1 500 x\r\n\r\n", 0)}) {
        Listener listener;
        ChannelHost host;
        host.open(listener.url());
        WebSocketPeer peer = listener.accept();
        peer.receiveRequest();
        peer.sendRaw(head);
        EXPECT_EQ(host.waitClosed().retryAfter.count(), wait);
    }
}

TEST(Channel, sendsAndReceivesTextAndBinary) {
    Connected c;
    c.host.send("from the device");
    EXPECT_EQ(c.peer.receiveText(), "from the device");
    c.peer.sendText("from the server");
    c.peer.sendFrame(opBinary, true, "\x01\x02");
    EXPECT_EQ(c.host.waitMessage().data, "from the server");
    const IncomingMessage binary = c.host.waitMessage();
    EXPECT_TRUE(binary.binary);
    EXPECT_EQ(binary.data, "\x01\x02");
}

TEST(Channel, echoesMessagesOfEverySize) {
    Connected c({}, echo);
    for (const std::size_t size : {1UL, 125UL, 126UL, 65'535UL, 65'536UL, 1UL << 20U, 20UL << 20U}) {
        const std::string text = pattern(size);
        c.peer.sendText(text);
        EXPECT_TRUE(c.peer.receiveText() == text) << size;
    }
}

TEST(Channel, cutsLargeMessagesIntoFragments) {
    ChannelSettings settings;
    settings.fragmentSize = 1000;
    Connected c(settings);
    c.host.send(pattern(2500));
    for (const std::size_t size : {1000U, 1000U, 500U}) {
        const PeerFrame frame = c.peer.receiveFrame();
        EXPECT_EQ(frame.payload.size(), size);
        EXPECT_EQ(frame.fin, size == 500);
    }
}

TEST(Channel, takesAFirstFrameThatComesWithTheUpgrade) {
    Listener listener;
    ChannelHost host;
    host.open(listener.url());
    WebSocketPeer peer = listener.accept();
    peer.sendRaw(WebSocketPeer::upgradeAnswer(peer.receiveRequest()) + textFrame("early") + textFrame("bird"));
    host.waitOpen();
    EXPECT_EQ(host.waitMessage().data, "early");
    EXPECT_EQ(host.waitMessage().data, "bird");
}

TEST(Channel, livesWithAServerThatSendsOneByteAtATime) {
    Listener listener;
    ChannelHost host;
    host.open(listener.url());
    WebSocketPeer peer = listener.accept();
    peer.sendBytewise(WebSocketPeer::upgradeAnswer(peer.receiveRequest()));
    host.waitOpen();
    peer.sendBytewise(textFrame(pattern(300)) + textFrame("more"));
    EXPECT_EQ(host.waitMessage().data, pattern(300));
    EXPECT_EQ(host.waitMessage().data, "more");
}

TEST(Channel, answersPingsWithTheirPayload) {
    Connected c;
    c.peer.sendFrame(opPing, true, "are you there");
    EXPECT_EQ(c.peer.receiveUntil(opPong).payload, "are you there");
}

TEST(Channel, pingsAndTakesAnyByteForAnAnswer) {
    Connected c(quickSettings());
    for (int i = 0; i < 5; ++i) {
        c.peer.receiveUntil(opPing);
        c.peer.sendText("alive");
        EXPECT_EQ(c.host.waitMessage().data, "alive");
    }
}

TEST(Channel, answersAPingWhileALargeMessageIsUnderWay) {
    Connected c;
    const std::size_t size = 60UL << 20U;
    c.host.send(pattern(size));
    EXPECT_EQ(c.peer.receiveFrame().opcode, opText);
    c.peer.sendFrame(opPing, true, "now");
    std::size_t received = 0;
    for (PeerFrame frame = c.peer.receiveFrame(); frame.opcode != opPong; frame = c.peer.receiveFrame()) {
        ASSERT_EQ(frame.opcode, opContinuation);
        received += frame.payload.size();
    }
    EXPECT_LT(received, size / 2);
}

TEST(Channel, readsWhileTheServerTakesNothing) {
    Connected c;
    c.peer.shrinkReceiveBuffer();
    c.host.send(pattern(20UL << 20U));
    c.peer.sendText(pattern(1UL << 20U));
    EXPECT_EQ(c.host.waitMessage().data.size(), 1UL << 20U);
    EXPECT_GT(c.host.queued(), 1UL << 20U);
}

TEST(Channel, sendsUrgentMessagesFirst) {
    Connected c;
    const std::string large = pattern(20UL << 20U);
    c.host.post([&large](Channel& channel) {
        channel.send({.pieces = {large}});
        channel.send({.pieces = {large}});
    });
    EXPECT_FALSE(c.peer.receiveFrame().fin);
    c.host.send("urgent", true);
    c.host.queued();  // it is queued by now, and the second large message has not begun
    while (!c.peer.receiveFrame().fin) {
    }
    EXPECT_EQ(c.peer.receiveText(), "urgent");
    EXPECT_TRUE(c.peer.receiveText() == large);
}

TEST(Channel, closesWithAHandshakeBehindWhatIsQueued) {
    Connected c;
    c.host.post([](Channel& channel) {
        channel.send({.pieces = {pattern(5UL << 20U)}});
        channel.close(1001, "going away");
        channel.send({.pieces = {"too late"}});
    });
    EXPECT_EQ(c.peer.receiveText().size(), 5UL << 20U);
    const PeerFrame frame = c.peer.receiveFrame();
    EXPECT_EQ(frame.opcode, opClose);
    EXPECT_EQ(frame.closeCode(), 1001);
    EXPECT_EQ(frame.payload.substr(2), "going away");
    c.peer.close(1001);
    c.peer.hangUp();
    const CloseInfo info = c.host.waitClosed();
    EXPECT_EQ(info.cause, CloseCause::requested);
    EXPECT_EQ(info.code, 1001);
}

TEST(Channel, deliversMessagesUntilTheServerAnswersTheClose) {
    Connected c;
    c.host.close(1000);
    c.peer.receiveUntil(opClose);
    c.peer.sendText("last words");
    c.peer.close(1000);
    EXPECT_EQ(c.host.waitMessage().data, "last words");
    EXPECT_EQ(c.host.waitClosed().cause, CloseCause::requested);
}

TEST(Channel, answersTheServersClose) {
    Connected c;
    c.peer.close(1012, "restart");
    EXPECT_EQ(c.peer.receiveFrame().closeCode(), 1012);
    c.peer.hangUp();
    const CloseInfo info = c.host.waitClosed();
    EXPECT_EQ(info.cause, CloseCause::byPeer);
    EXPECT_EQ(info.code, 1012);
    EXPECT_EQ(info.reason, "restart");
    EXPECT_THAT(info.text, HasSubstr("1012"));
}

TEST(Channel, endsTheConnectionIfTheServerDoesNot) {
    Connected c;
    c.peer.close(1000);
    c.peer.receiveUntil(opClose);
    EXPECT_EQ(c.host.waitClosed().cause, CloseCause::byPeer);
    c.peer.waitForEnd();
}

TEST(Channel, mayBeUsedFromWithinItsCallbacks) {
    Connected c({}, [](Channel& channel, IncomingMessage&) {
        channel.send({.pieces = {"answer"}});
        channel.close(1000, "enough");
        return true;
    });
    c.peer.sendRaw(textFrame("one") + textFrame("two"));
    EXPECT_EQ(c.peer.receiveText(), "answer");
    EXPECT_EQ(c.peer.acceptClose(), 1000);
    EXPECT_EQ(c.host.waitClosed().cause, CloseCause::requested);
}

TEST(Channel, handlesNothingMoreAfterAnAbortFromWithin) {
    Connected c({}, [](Channel& channel, IncomingMessage& message) {
        channel.abort();
        return message.data == "one";
    });
    c.peer.sendRaw(textFrame("one") + textFrame("two"));
    EXPECT_EQ(c.host.waitClosed().cause, CloseCause::requested);
    c.peer.waitForEnd();
    c.host.reopenWhenClosed("");
    c.host.open(c.listener.url());
    WebSocketPeer next = c.listener.acceptUpgraded();
    c.host.waitOpen();
    next.sendText("one");
    EXPECT_EQ(c.host.waitClosed().cause, CloseCause::requested);
}

TEST(Channel, mayBeOpenedAgainFromWithinOnClosed) {
    Connected c;
    c.host.reopenWhenClosed(c.listener.url());
    c.peer.reset();
    EXPECT_EQ(c.host.waitClosed().cause, CloseCause::lost);
    WebSocketPeer next = c.listener.acceptUpgraded();
    c.host.waitOpen();
    next.sendText("again");
    EXPECT_EQ(c.host.waitMessage().data, "again");
}

TEST(Channel, doesNotWaitForTheServerWhenItIsClosedWhileConnecting) {
    Listener listener;
    ChannelHost host;
    host.open(listener.url());
    WebSocketPeer peer = listener.accept();
    peer.receiveRequest();
    host.close(1000);
    EXPECT_EQ(host.waitClosed().cause, CloseCause::requested);
    peer.waitForEnd();
}

TEST(Channel, ignoresWhatIsSentWhileThereIsNoConnection) {
    ChannelHost host;
    host.send("nobody hears");
    host.close(1000);
    host.abort();
    EXPECT_EQ(host.queued(), 0U);
}

std::size_t openDescriptors() {
    const std::filesystem::directory_iterator entries("/proc/self/fd");
    return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
}

TEST(Channel, leavesNoDescriptorBehindAndLetsNoChildInheritOne) {
    Listener listener;
    ChannelHost host;
    std::size_t before = 0;
    for (int i = 0; i < 100; ++i) {
        host.open(listener.url());
        WebSocketPeer peer = listener.acceptUpgraded();
        host.waitOpen();
        peer.close(1000);
        peer.acceptClose();
        host.waitClosed();
        peer.hangUp();
        before = i == 0 ? openDescriptors() : before;
    }
    EXPECT_EQ(openDescriptors(), before);
    host.open(listener.url());
    WebSocketPeer peer = listener.acceptUpgraded();
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
        std::error_code gone;
        if (std::filesystem::read_symlink(entry.path(), gone).string().starts_with("socket:")) {
            EXPECT_NE(::fcntl(std::stoi(entry.path().filename()), F_GETFD) & FD_CLOEXEC, 0);
        }
    }
}

}  // namespace
