#include "network/http_head.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace {

using namespace aip::network;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;
using State = HttpHeadReader::State;
using namespace std::string_literals;

/// Whole, or in pieces of one byte.
State fed(HttpHeadReader& reader, std::string_view bytes, std::size_t piece = std::string_view::npos) {
    State state = State::reading;
    while (state == State::reading && !bytes.empty()) {
        std::string_view part = bytes.substr(0, piece);
        bytes.remove_prefix(part.size());
        state = reader.feed(part);
    }
    return state;
}

HttpHead headOf(const std::string& bytes) {
    HttpHeadReader reader;
    EXPECT_EQ(fed(reader, bytes), State::complete) << reader.flaw();
    return reader.head();
}

TEST(HttpHead, isTakenApart) {
    const HttpHead head =
        headOf("HTTP/1.1 101 Switching Protocols\r\nUpgrade:websocket\r\nX-Odd:\t a: b \t\r\nE:\r\n\r\n");
    EXPECT_EQ(head.status, 101);
    EXPECT_EQ(head.value("UPGRADE"), "websocket");
    EXPECT_EQ(head.value("x-odd"), "a: b");
    EXPECT_TRUE(head.has("e"));
    EXPECT_FALSE(head.has("upgrad"));
    EXPECT_EQ(head.value("nothing"), "");
}

TEST(HttpHead, joinsAListOverSeveralLines) {
    const HttpHead head = headOf(
        "HTTP/1.1 101 x\r\nConnection: keep-alive ,, Foo\r\nA: b\r\nconnection: \r\nCONNECTION: Upgrade\r\n\r\n");
    EXPECT_EQ(head.value("Connection"), "keep-alive ,, Foo, , Upgrade");
    EXPECT_THAT(head.list("Connection"), ElementsAre("keep-alive", "Foo", "Upgrade"));
    EXPECT_THAT(head.list("none"), ElementsAre());
}

TEST(HttpHead, leavesWhatComesBehindIt) {
    std::string_view bytes = "HTTP/1.1 200\r\n\r\nmore\r\n";
    HttpHeadReader reader;
    EXPECT_EQ(reader.feed(bytes), State::complete);
    EXPECT_EQ(bytes, "more\r\n");
    EXPECT_EQ(reader.size(), 16U);
    EXPECT_EQ(reader.head().status, 200);
}

TEST(HttpHead, mayHoldLongAndManyFields) {
    std::string bytes = "HTTP/1.1 101 x\r\nLong: " + std::string(9'000, 'a') + "\r\n";
    for (int i = 0; i < 500; ++i) {
        bytes += "X-" + std::to_string(i) + ": y\r\n";
    }
    bytes += "Last: " + std::string(HttpHeadReader::maxSize - bytes.size() - 10, 'b') + "\r\n\r\n";
    EXPECT_EQ(bytes.size(), HttpHeadReader::maxSize);
    EXPECT_EQ(headOf(bytes).value("X-499"), "y");
}

struct HeadRow {
    const char* name;
    std::string bytes;
    const char* words;
};

std::ostream& operator<<(std::ostream& out, const HeadRow& row) {
    return out << row.name;
}

class BrokenHeads : public testing::TestWithParam<HeadRow> {};

TEST_P(BrokenHeads, areRefusedWithTheReason) {
    for (const std::size_t piece : {std::string_view::npos, std::size_t{1}}) {
        HttpHeadReader reader;
        ASSERT_EQ(fed(reader, GetParam().bytes, piece), State::broken);
        EXPECT_THAT(reader.flaw(), HasSubstr(GetParam().words));
    }
}

const std::string ok = "HTTP/1.1 101 x\r\n";

INSTANTIATE_TEST_SUITE_P(
    HttpHead, BrokenHeads,
    testing::Values(HeadRow{"ssh", "SSH-2.0", "not HTTP"}, HeadRow{"version2", "HTTP/2 200\r\n", "not HTTP"},
                    HeadRow{"emptyLineFirst", "\r\nHTTP/1.1 200\r\n", "not HTTP"},
                    HeadRow{"noStatus", "HTTP/1.1\r\n", "three digits"},
                    HeadRow{"twoDigits", "HTTP/1.1 99 x\r\n", "three digits"},
                    HeadRow{"fourDigits", "HTTP/1.1 1010 x\r\n", "three digits"},
                    HeadRow{"leadingZero", "HTTP/1.1 042 x\r\n", "three digits"},
                    HeadRow{"negative", "HTTP/1.1 -12 x\r\n", "three digits"},
                    HeadRow{"twoBlanks", "HTTP/1.1  200 x\r\n", "three digits"},
                    HeadRow{"oddVersion", "HTTP/1.x 200 x\r\n", "three digits"},
                    HeadRow{"folded", ok + "A: b\r\n c\r\n", "second line"},
                    HeadRow{"foldedByATab", ok + "A: b\r\n\tc\r\n", "second line"},
                    HeadRow{"bareLineFeed", ok + "A: b\nC: d\r\n", "carriage return"},
                    HeadRow{"onlyLineFeeds", "HTTP/1.1 101 x\n", "carriage return"},
                    HeadRow{"bareCarriageReturn", ok + "A: b\rC: d\r\n", "control character"},
                    HeadRow{"nul", ok + "A: b\0c\r\n"s, "control character"},
                    HeadRow{"nulInTheStatus", "HTTP/1.1 200 \0\r\n"s, "control character"},
                    HeadRow{"escape", ok + "A: \x1B[2J\r\n", "control character"},
                    HeadRow{"blankBeforeTheColon", ok + "A : b\r\n", "before the colon"},
                    HeadRow{"tabBeforeTheColon", ok + "A\t: b\r\n", "before the colon"},
                    HeadRow{"noColon", ok + "Upgrade websocket\r\n", "without a colon"},
                    HeadRow{"noName", ok + ": b\r\n", "name of a field"},
                    HeadRow{"blankInTheName", ok + "A B: c\r\n", "name of a field"},
                    HeadRow{"umlautInTheName", ok + "\xC3\xA4: c\r\n", "name of a field"},
                    HeadRow{"lengthTwice", ok + "Content-Length: 1\r\nA: b\r\ncontent-length: 2\r\n", "Content-Length"},
                    HeadRow{"endlessLine", ok + "A: " + std::string(70'000, 'a'), "64 KiB"},
                    HeadRow{"endlessStatus", "HTTP/1.1 200 " + std::string(70'000, 'a'), "64 KiB"},
                    HeadRow{"oneByteTooMany", ok + "A: " + std::string(HttpHeadReader::maxSize - 22, 'a') + "\r\n\r\n",
                            "64 KiB"}),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
