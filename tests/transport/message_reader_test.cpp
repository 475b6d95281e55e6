#include "transport/message_reader.h"

#include "base/json_text.h"
#include "tests/support/websocket_peer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

namespace {

using namespace aip::transport;
using namespace aip::tests;

constexpr std::size_t maxSize = 1000;
constexpr std::size_t maxFragments = 8;

std::string brief(std::string_view text) {
    return text.size() <= 40 ? std::string(text) : std::to_string(text.size()) + " bytes";
}

struct Describe {
    std::string operator()(const IncomingMessage& message) const {
        return (message.binary ? "binary " : "text ") + brief(message.data);
    }
    std::string operator()(const Ping& ping) const { return "ping " + ping.payload; }
    std::string operator()(const Pong&) const { return "pong"; }
    std::string operator()(const CloseFrame& frame) const {
        return "close " + std::to_string(frame.code) + " " + frame.reason;
    }
    std::string operator()(const Violation& violation) const { return "violation " + std::to_string(violation.code); }
};

using Events = std::vector<std::string>;

/// Feeds `bytes`, at most `step` at a time, and returns the events.
template <typename OnEvent>
void feed(MessageReader& reader, std::string_view bytes, std::size_t step, OnEvent onEvent) {
    while (!bytes.empty()) {
        const auto space = reader.space();
        const std::string_view part = bytes.substr(0, std::min(step, space.size()));
        std::copy(part.begin(), part.end(), space.begin());
        reader.received(part.size());
        bytes.remove_prefix(part.size());
        while (auto event = reader.next()) {
            onEvent(*event);
        }
    }
}

Events read(MessageReader& reader, std::string_view bytes, std::size_t step) {
    Events events;
    feed(reader, bytes, step, [&events](const Event& event) { events.push_back(std::visit(Describe(), event)); });
    return events;
}

Events read(std::string_view bytes, std::size_t step = 1 << 20) {
    MessageReader reader(maxSize, maxFragments);
    return read(reader, bytes, step);
}

std::string fragment(std::uint8_t opcode, bool fin, std::string_view payload) {
    return serverFrame(static_cast<std::uint8_t>((fin ? 0x80U : 0U) | opcode), payload);
}

std::string repeat(const std::string& bytes, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i) {
        all += bytes;
    }
    return all;
}

const std::string conversation = textFrame("hello") + fragment(opText, false, "frag") + fragment(opPing, true, "p") +
                                 fragment(opContinuation, false, "") + fragment(opPong, true, "") +
                                 fragment(opContinuation, true, "ment") + fragment(opBinary, true, "\x01") +
                                 textFrame("") + textFrame(std::string(999, 'x')) + closeFrame(1000, "bye");

const Events conversationEvents{"text hello",  "ping p", "pong",           "text fragment",
                                "binary \x01", "text ",  "text 999 bytes", "close 1000 bye"};

TEST(MessageReader, followsAWholeConversation) {
    EXPECT_EQ(read(conversation), conversationEvents);
}

TEST(MessageReader, doesNotCareHowTheBytesAreCut) {
    for (std::size_t step = 1; step < 64; ++step) {
        EXPECT_EQ(read(conversation, step), conversationEvents) << step;
    }
}

TEST(MessageReader, leavesRoomForTheParserBehindEveryMessage) {
    for (const std::size_t size : {0, 1, 15, 16, 1000, 300'000}) {
        MessageReader reader(1 << 20, maxFragments);
        aip::base::ByteBuffer data;
        feed(reader, textFrame(std::string(size, 'a')), 1 << 20,
             [&data](Event& event) { data = std::get<IncomingMessage>(std::move(event)).data; });
        EXPECT_EQ(data, std::string(size, 'a'));
        EXPECT_GE(data.capacity(), data.size() + aip::base::jsonPadding);
        EXPECT_FALSE(reader.midMessage());
    }
}

TEST(MessageReader, receivesLargeMessagesInAnyCut) {
    std::string payload(500'000, ' ');
    for (std::size_t i = 0; i < payload.size(); ++i) {
        payload[i] = static_cast<char>('a' + i % 26);
    }
    const std::string bytes = textFrame(payload) + fragment(opText, false, payload) +
                              fragment(opContinuation, true, payload) + textFrame("after");
    for (const std::size_t step : {777UL, 65'536UL, 1UL << 20U}) {
        MessageReader reader(1 << 20, maxFragments);
        EXPECT_EQ(read(reader, bytes, step), (Events{"text 500000 bytes", "text 1000000 bytes", "text after"}));
    }
}

TEST(MessageReader, knowsWhenItIsInTheMiddle) {
    MessageReader reader(maxSize, maxFragments);
    EXPECT_FALSE(reader.midMessage());
    read(reader, "\x01", 1);
    EXPECT_TRUE(reader.midMessage());
    read(reader, std::string_view("\x00", 1), 1);
    EXPECT_TRUE(reader.midMessage());
    read(reader, fragment(opPing, true, "ping"), 10);
    EXPECT_TRUE(reader.midMessage());
    read(reader, fragment(opContinuation, true, "x"), 10);
    EXPECT_FALSE(reader.midMessage());
}

TEST(MessageReader, acceptsExactlyTheLimitAndNoByteMore) {
    EXPECT_EQ(read(textFrame(std::string(maxSize, 'x'))), Events{"text 1000 bytes"});
    EXPECT_EQ(read(textFrame(std::string(maxSize + 1, 'x'))), Events{"violation 1009"});
    const std::string start = fragment(opText, false, std::string(maxSize - 1, 'x'));
    EXPECT_EQ(read(start + fragment(opContinuation, true, "x")), Events{"text 1000 bytes"});
    EXPECT_EQ(read(start + fragment(opContinuation, true, "xx")), Events{"violation 1009"});
}

TEST(MessageReader, refusesAnAnnouncedLengthBeforeItsBytesCome) {
    EXPECT_EQ(read(std::string_view("\x81\x7F\x00\x00\x00\xFF\xFF\xFF\xFF\xFF", 10)), Events{"violation 1009"});
    MessageReader reader(std::numeric_limits<std::size_t>::max(), maxFragments);
    EXPECT_EQ(read(reader, "\x81\x7F\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 10), Events{"violation 1009"});
}

TEST(MessageReader, limitsFragments) {
    const std::string start = fragment(opText, false, "");
    const std::string more = fragment(opContinuation, false, "");
    const std::string last = fragment(opContinuation, true, "");
    EXPECT_EQ(read(start + repeat(more, maxFragments - 2) + last), Events{"text "});
    EXPECT_EQ(read(start + repeat(more, maxFragments - 1) + last), Events{"violation 1009"});
    EXPECT_EQ(read(repeat(start + last, 10)), Events(10, "text "));
}

struct MessageReaderRow {
    const char* name;
    std::string bytes;
    const char* event;
};

class Violations : public testing::TestWithParam<MessageReaderRow> {};

TEST_P(Violations, areSeenAndNothingIsReadBehindThem) {
    const std::string bytes = GetParam().bytes + textFrame("behind");
    EXPECT_EQ(read(bytes), Events{GetParam().event});
    EXPECT_EQ(read(bytes, 1), Events{GetParam().event});
}

INSTANTIATE_TEST_SUITE_P(
    MessageReader, Violations,
    testing::Values(MessageReaderRow{"reservedBit1", serverFrame(0xC1, "x"), "violation 1002"},
                    MessageReaderRow{"reservedBit2", serverFrame(0xA1, "x"), "violation 1002"},
                    MessageReaderRow{"reservedBit3", serverFrame(0x91, "x"), "violation 1002"},
                    MessageReaderRow{"reservedOpcode", serverFrame(0x83, "x"), "violation 1002"},
                    MessageReaderRow{"reservedControlOpcode", serverFrame(0x8F, ""), "violation 1002"},
                    MessageReaderRow{"maskedFrame", std::string("\x81\x81\x01\x02\x03\x04\x05"), "violation 1002"},
                    MessageReaderRow{"fragmentedPing", fragment(opPing, false, ""), "violation 1002"},
                    MessageReaderRow{"fragmentedClose", fragment(opClose, false, ""), "violation 1002"},
                    MessageReaderRow{"oversizedPing", fragment(opPing, true, std::string(126, 'x')), "violation 1002"},
                    MessageReaderRow{"continuationOfNothing", fragment(opContinuation, true, "x"), "violation 1002"},
                    MessageReaderRow{"interleavedText", fragment(opText, false, "a") + textFrame("b"),
                                     "violation 1002"},
                    MessageReaderRow{"interleavedBinary", fragment(opText, false, "a") + fragment(opBinary, true, "b"),
                                     "violation 1002"},
                    MessageReaderRow{"lengthNotShortest", std::string("\x81\x7E\x00\x05hello", 9), "violation 1002"},
                    MessageReaderRow{"lengthAbove63Bits", std::string("\x81\x7F\x80\x00\x00\x00\x00\x00\x00\x00", 10),
                                     "violation 1002"},
                    MessageReaderRow{"closeWithHalfACode", fragment(opClose, true, "\x03"), "violation 1002"},
                    MessageReaderRow{"closeWithCode999", closeFrame(999), "violation 1002"},
                    MessageReaderRow{"closeWithCode1005", closeFrame(1005), "violation 1002"},
                    MessageReaderRow{"closeWithCode1006", closeFrame(1006), "violation 1002"},
                    MessageReaderRow{"closeWithCode5000", closeFrame(5000), "violation 1002"},
                    MessageReaderRow{"closeWithBadReason", closeFrame(1000, "\xFF"), "violation 1007"},
                    MessageReaderRow{"closeWithoutCode", fragment(opClose, true, ""), "close 1005 "},
                    MessageReaderRow{"closeWithReason", closeFrame(4000, "\xC3\xA4"), "close 4000 \xC3\xA4"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(MessageReader, acceptsACharacterCutByFragments) {
    EXPECT_EQ(read(fragment(opText, false, "\xE2\x82") + fragment(opContinuation, true, "\xAC")),
              Events{"text \xE2\x82\xAC"});
}

TEST(MessageReader, leavesUtf8ToTheReaderOfTheMessage) {
    EXPECT_EQ(read(fragment(opBinary, true, "\xFF")), Events{"binary \xFF"});
    EXPECT_EQ(read(textFrame("\xC3\x28")), Events{"text \xC3\x28"});
}

}  // namespace
