// Other threads in the place of the one in run().

#include "tests/transport/connected.h"
#include "tests/transport/tls_harness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace aip;
using namespace aip::tests;
using transport::Channel;
using transport::ChannelSettings;

constexpr auto never = base::Clock::TimePoint::max();

/// Tries until the thread in run() waits.
void standIn(ChannelHost& host, const std::function<void(Channel&)>& task) {
    while (!host.standIn([&](Channel& channel) {
        task(channel);
        return std::optional(never);
    })) {
        std::this_thread::yield();
    }
}

void sendFromHere(ChannelHost& host, const std::string& text) {
    standIn(host, [&text](Channel& channel) { channel.send({.pieces = {text}}); });
}

/// 8 threads that do nothing else send so many messages each, as they can: in the place of the channel's thread, or on
/// it.
class SpinningSenders {
  public:
    static constexpr std::size_t count = 8;
    static constexpr std::size_t each = 200;

    explicit SpinningSenders(ChannelHost& host) : _host(host) {
        for (std::size_t i = 0; i < count; ++i) {
            _threads.emplace_back([this, i] { sendAll("m" + std::to_string(i) + "-"); });
        }
    }
    ~SpinningSenders() {
        for (auto& thread : _threads) {
            thread.join();
        }
    }
    SpinningSenders(const SpinningSenders&) = delete;
    SpinningSenders& operator=(const SpinningSenders&) = delete;

  private:
    void sendAll(const std::string& name) {
        for (std::size_t i = 0; i < each; ++i) {
            const std::string text = name + std::to_string(i);
            const bool here = _host.standIn([&text](Channel& channel) {
                channel.send({.pieces = {text}});
                return std::optional(never);
            });
            if (!here) {
                _host.send(text);
            }
        }
    }

    ChannelHost& _host;
    std::vector<std::thread> _threads;
};

/// Each message of the senders comes whole, once; meanwhile each ping is answered, one after the other.
void expectAllAndPongs(WebSocketPeer& peer) {
    constexpr std::size_t all = SpinningSenders::count * SpinningSenders::each;
    std::set<std::string> texts;
    std::size_t pongs = 0;
    peer.sendFrame(opPing, true, "0");
    while (texts.size() < all || pongs < 100) {
        const PeerFrame frame = peer.receiveFrame();
        if (frame.opcode == opText) {
            EXPECT_TRUE(texts.insert(frame.payload).second) << frame.payload;
        } else if (frame.opcode == opPong) {
            EXPECT_EQ(frame.payload, std::to_string(pongs));
            peer.sendFrame(opPing, true, std::to_string(++pongs));
        }
    }
}

TEST(StandIn, isNotForAChannelThatIsNotOpen) {
    ChannelHost host;
    bool called = false;
    EXPECT_FALSE(host.standIn([&called](Channel&) {
        called = true;
        return std::optional(never);
    }));
    EXPECT_FALSE(called);
}

TEST(StandIn, sends) {
    Connected c;
    sendFromHere(c.host, "from elsewhere");
    EXPECT_EQ(c.peer.receiveText(), "from elsewhere");
}

TEST(StandIn, leavesToTheOtherThreadWhatTheSystemDoesNotTake) {
    Connected c;
    const std::string text = pattern(2UL << 20U);
    sendFromHere(c.host, text);
    EXPECT_TRUE(c.peer.receiveText() == text);
}

TEST(StandIn, sendsNothingIfTheErrandHasDoneNothing) {
    Connected c;
    EXPECT_FALSE(c.host.standIn([](Channel&) { return std::optional<base::Clock::TimePoint>(); }));
    c.host.send("next");
    EXPECT_EQ(c.peer.receiveText(), "next");
}

TEST(StandIn, wakesTheOtherThreadForAnEarlierTime) {
    ChannelSettings settings;
    settings.pingInterval = {};  // without it that thread waits for ever
    Connected c(settings);
    int before = 0;
    while (!c.host.standIn([&](Channel&) {
        before = c.host.turns();
        return std::optional(base::Clock::TimePoint());
    })) {
        std::this_thread::yield();
    }
    EXPECT_NO_THROW(c.host.waitTurns(before + 1));
}

TEST(StandIn, aServerThatTakesNothingIsLeft) {
    ChannelSettings settings;
    settings.pingInterval = {};
    settings.sendTimeout = quickSettings().sendTimeout;
    Connected c(settings);
    sendFromHere(c.host, std::string(50UL << 20U, 'x'));
    EXPECT_THAT(c.host.waitClosed().text, testing::HasSubstr("send timeout"));
}

TEST(StandIn, theOtherThreadTellsOfAnEnd) {
    Connected c;
    standIn(c.host, [](Channel& channel) { channel.abort(); });
    EXPECT_EQ(c.host.waitClosed().text, "aborted");
}

TEST(StandIn, closes) {
    Connected c;
    standIn(c.host, [](Channel& channel) { channel.close(1000, "done"); });
    EXPECT_EQ(c.peer.acceptClose(), 1000);
    EXPECT_EQ(c.host.waitClosed().cause, transport::CloseCause::requested);
}

TEST(StandIn, pingsAreAnsweredWhile8ThreadsSend) {
    Connected c;
    const SpinningSenders senders(c.host);
    expectAllAndPongs(c.peer);
}

TEST(StandIn, pingsAreAnsweredWhile8ThreadsSendOverTls) {
    TlsHarness harness;
    TlsPeer server = harness.connect();
    const SpinningSenders senders(harness.channel);
    expectAllAndPongs(server.peer);
}

TEST(StandIn, endsWithTheConnectionWhile8ThreadsSend) {
    Connected c;
    const SpinningSenders senders(c.host);
    EXPECT_NE(c.peer.receiveText(), "");
    c.peer.reset();
    EXPECT_NE(c.host.waitClosed().text, "");
}

}  // namespace
