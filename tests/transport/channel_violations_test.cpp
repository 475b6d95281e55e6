// What a channel does with a server that breaks RFC 6455 or a limit: it closes with the right code.

#include "tests/transport/connected.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace {

using namespace aip::transport;
using namespace aip::tests;

ChannelSettings limits() {
    ChannelSettings settings;
    settings.maxMessageSize = 1000;
    settings.maxFragments = 4;
    return settings;
}

struct ChannelViolationsRow {
    const char* name;
    std::string bytes;
    std::uint16_t code;
};

class ChannelViolations : public testing::TestWithParam<ChannelViolationsRow> {};

TEST_P(ChannelViolations, closeWithTheRightCode) {
    Connected c(limits());
    c.peer.sendRaw(GetParam().bytes + textFrame("behind"));
    EXPECT_EQ(c.peer.receiveFrame().closeCode(), GetParam().code);
    c.peer.hangUp();
    const CloseInfo info = c.host.waitClosed();
    EXPECT_EQ(info.cause, CloseCause::protocolError);
    EXPECT_EQ(info.code, GetParam().code);
    EXPECT_THAT(info.text, testing::HasSubstr("broke the protocol: "));
}

std::string emptyFragments(int count) {
    std::string bytes = serverFrame(opText, "");
    for (int i = 0; i < count; ++i) {
        bytes += serverFrame(opContinuation, "");
    }
    return bytes;
}

INSTANTIATE_TEST_SUITE_P(
    Channel, ChannelViolations,
    testing::Values(ChannelViolationsRow{"reservedBit", serverFrame(0xC1, "x"), 1002},
                    ChannelViolationsRow{"reservedOpcode", serverFrame(0x87, "x"), 1002},
                    ChannelViolationsRow{"maskedFrame", "\x81\x81\x01\x02\x03\x04\x05", 1002},
                    ChannelViolationsRow{"fragmentedPing", serverFrame(opPing, "x"), 1002},
                    ChannelViolationsRow{"oversizedPing", serverFrame(0x89, std::string(126, 'x')), 1002},
                    ChannelViolationsRow{"continuationOfNothing", serverFrame(0x80, "x"), 1002},
                    ChannelViolationsRow{"interleavedMessages", serverFrame(opText, "a") + textFrame("b"), 1002},
                    ChannelViolationsRow{"badCloseCode", closeFrame(1005), 1002},
                    ChannelViolationsRow{"badCloseReason", closeFrame(1000, "\xC0"), 1007},
                    ChannelViolationsRow{"badUtf8", textFrame("\xC0\x80"), 1007},
                    ChannelViolationsRow{"utf8Surrogate", textFrame("\xED\xA0\x80"), 1007},
                    ChannelViolationsRow{"utf8CutShort", textFrame("\xE2\x82"), 1007},
                    ChannelViolationsRow{"badUtf8OverFragments",
                                         serverFrame(opText, "\xE2\x82") + serverFrame(0x80, "x"), 1007},
                    ChannelViolationsRow{"tooLong", textFrame(std::string(1001, 'x')), 1009},
                    ChannelViolationsRow{"tooManyFragments", emptyFragments(10), 1009}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(ChannelViolation, endsTheConnectionThoughTheServerGoesOn) {
    Connected c(limits());
    c.peer.sendRaw(serverFrame(0xC1, "x") + textFrame(std::string(500, 'y')));
    EXPECT_EQ(c.peer.receiveFrame().closeCode(), 1002);
    c.peer.sendText(std::string(100'000, 'z'));
    EXPECT_EQ(c.host.waitClosed().code, 1002);
    c.peer.waitForEnd();
}

}  // namespace
