#include "lifecycle/md5.h"
#include "protocol/announcement.h"
#include "tests/lifecycle/transfer_harness.h"
#include "tests/support/websocket_peer.h"
#include "transport/websocket_channel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <string>

using namespace aip;
using protocol::Announcement;
using protocol::ServerType;
using testing::HasSubstr;
using tests::PeerFrame;

namespace {

constexpr std::size_t piece = 1U << 20U;
constexpr std::size_t pieces = 30;

/// Content in which no two pieces are equal.
std::string content() {
    std::string bytes(pieces * piece, '\0');
    std::uint32_t seed = 7;
    for (char& byte : bytes) {
        seed = seed * 1'664'525U + 1'013'904'223U;
        byte = static_cast<char>(seed >> 24U);
    }
    return bytes;
}

std::string md5(const std::string& bytes) {
    lifecycle::Md5 digest;
    digest.add(bytes);
    return digest.take();
}

/// Records the largest number of bytes that waited to be sent.
class WatchedChannel final : public transport::Channel {
  public:
    explicit WatchedChannel(const base::Clock& clock) : _channel(transport::makeWebSocketChannel({}, clock)) {}

    void open(const transport::Endpoint& endpoint, transport::ChannelHandler& handler) override {
        _channel->open(endpoint, handler);
    }
    void send(transport::OutgoingMessage message) override {
        _channel->send(std::move(message));
        longest = std::max(longest.load(), _channel->queued());
    }
    std::string localAddress() const override { return _channel->localAddress(); }
    std::size_t queued() const override { return _channel->queued(); }
    void close(std::uint16_t code, std::string_view reason) override { _channel->close(code, reason); }
    void refuse(std::uint16_t code, std::string_view why) override { _channel->refuse(code, why); }
    void abort() override { _channel->abort(); }
    void run(base::Clock::TimePoint until) override { _channel->run(until); }
    void wake() override { _channel->wake(); }
    bool standIn(const Errand& errand) override { return _channel->standIn(errand); }

    std::atomic<std::size_t> longest{0};

  private:
    std::unique_ptr<transport::Channel> _channel;
};

class FilesOverASocket : public testing::Test {
  protected:
    FilesOverASocket() {
        EXPECT_THAT(peer.receiveText(), HasSubstr(R"("type":"register")"));
        peer.sendText(R"({"type":"heartbeat","status":"ok"})");
        EXPECT_THAT(peer.receiveText(), HasSubstr(R"("type":"heartbeat")"));
    }

    lifecycle::SessionSettings settings() const {
        lifecycle::SessionSettings settings;
        settings.clientId = "dev";
        settings.endpoint.url = listener.url();
        settings.heartbeatInterval = std::chrono::milliseconds(1);
        settings.heartbeatTimeout = {};
        settings.transfer = {.receive = true, .send = true, .inbox = home / "inbox"};
        return settings;
    }

    void announce(const Announcement& announcement) { peer.sendText(protocol::encode(announcement, "now").front()); }

    /// The next text that is not a heartbeat.
    std::string receiveText() {
        for (;;) {
            std::string text = peer.receiveText();
            if (text.find(R"("type":"heartbeat")") == std::string::npos) {
                return text;
            }
        }
    }

    /// As the reference does: the message directly after an announcement must be binary.
    std::string receiveBinary() {
        std::string whole;
        for (bool first = true;; first = false) {
            PeerFrame frame = peer.receiveFrame();
            EXPECT_EQ(frame.opcode, first ? tests::opBinary : tests::opContinuation);
            whole += frame.payload;
            if (frame.fin || frame.opcode > tests::opBinary) {
                return whole;
            }
        }
    }

    std::string receiveFile() {
        std::string received;
        for (std::size_t i = 0; i < pieces; ++i) {
            EXPECT_THAT(receiveText(), HasSubstr("\"chunk_num\":" + std::to_string(i) + ","));
            received += receiveBinary();
        }
        return received;
    }

    hosting::Outcome run(hosting::Call& call) {
        return harness.hand("film.mp4", file, std::string(call.request().caller.session))
                   ? hosting::Outcome::success("\"sent\"")
                   : hosting::Outcome::failure(base::Code::internal, "not handed over");
    }

    const std::string file = content();
    tests::TemporaryFolder home;
    tests::Listener listener;
    base::SystemClock clock;
    WatchedChannel channel{clock};
    tests::TransferHarness harness{channel, clock, settings(), [this](hosting::Call& call) { return run(call); }};
    tests::WebSocketPeer peer = listener.acceptUpgraded();
};

TEST_F(FilesOverASocket, arriveInPieces) {
    announce({.type = ServerType::fileTransferStart, .filename = "f", .size = file.size(), .totalChunks = pieces});
    for (std::size_t i = 0; i < pieces; ++i) {
        announce({.size = piece, .chunkSize = piece, .chunkNumber = i});
        peer.sendFrame(tests::opBinary, true, std::string_view(file).substr(i * piece, piece));
    }
    announce({.type = ServerType::fileTransferComplete, .checksum = md5(file), .totalChunks = pieces});
    announce({.checksum = std::string(32, '0'), .size = 1});  // refused by the disk thread, after the file before it
    peer.sendFrame(tests::opBinary, true, "x");
    EXPECT_THAT(receiveText(), HasSubstr("refused: the checksum"));
    const auto names = tests::namesIn(home / "inbox");
    ASSERT_EQ(names.size(), 2U);
    EXPECT_TRUE(tests::readFile(home.path() / "inbox" / *names.begin()) == file);
}

TEST_F(FilesOverASocket, leaveInPiecesWithoutBeingHeldInMemory) {
    peer.sendText(tests::TransferHarness::command("s1"));
    EXPECT_THAT(receiveText(), HasSubstr(R"("type":"file_transfer_start","filename":"film.mp4")"));
    EXPECT_TRUE(receiveFile() == file);
    EXPECT_THAT(receiveText(), HasSubstr(R"("checksum":")" + md5(file) + "\""));
    EXPECT_THAT(receiveText(), HasSubstr(R"("type":"command_results")"));
    EXPECT_LT(channel.longest, 2 * piece + (256U << 10U));
}

TEST_F(FilesOverASocket, areDroppedWithTheConnection) {
    peer.sendText(tests::TransferHarness::command("s1"));
    EXPECT_THAT(receiveText(), HasSubstr("file_transfer_start"));
    peer.reset();
    tests::WebSocketPeer next = listener.acceptUpgraded();
    EXPECT_THAT(next.receiveText(), HasSubstr(R"("type":"register")"));
    next.sendText(R"({"type":"heartbeat","status":"ok"})");
    EXPECT_THAT(next.receiveText(), HasSubstr(R"("type":"command_results")"));  // without its file
    EXPECT_THAT(next.receiveText(), HasSubstr(R"("type":"heartbeat")"));
    next.hangUp();
}

}  // namespace
