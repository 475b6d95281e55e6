#include "control/request_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using aip::base::Code;
using aip::base::Result;
using aip::control::AnnouncedBody;
using aip::control::announcedBody;
using aip::control::RequestReader;
using testing::HasSubstr;

constexpr std::size_t longest = 100;
constexpr std::size_t severalBytes = 7;

/// What comes, in pieces of `piece` bytes, and then the end of the connection.
RequestReader readerOf(std::string text, std::size_t piece = severalBytes) {
    return RequestReader([text = std::move(text), at = std::size_t(0), piece](char* into, std::size_t most) mutable {
        const auto part = std::string_view(text).substr(at, std::min(piece, most));
        std::ranges::copy(part, into);
        at += part.size();
        return part.size();
    });
}

std::string outcome(const Result<std::string>& body) {
    return body ? *body : aip::base::codeName(body.error().code());
}

struct Announcement {
    std::vector<std::string> lengths;
    std::vector<std::string> encodings;
    std::string expected;
};

TEST(RequestBody, isAnnouncedOnceAndValidly) {
    const std::vector<Announcement> rows{
        {{}, {}, "0"},
        {{"0"}, {}, "0"},
        {{"100"}, {}, "100"},
        {{"0000100"}, {}, "100"},
        {{}, {"chunked"}, "chunked"},
        {{}, {"Chunked"}, "chunked"},
        {{"101"}, {}, "EXHAUSTED"},
        {{"99999999999"}, {}, "EXHAUSTED"},
        {{"99999999999999999999999999"}, {}, "EXHAUSTED"},
        {{"-5"}, {}, "INVALID"},
        {{"+5"}, {}, "INVALID"},
        {{""}, {}, "INVALID"},
        {{"5 5"}, {}, "INVALID"},
        {{"5, 5"}, {}, "INVALID"},
        {{"0x5"}, {}, "INVALID"},
        {{"1e1"}, {}, "INVALID"},
        {{"5", "5"}, {}, "INVALID"},
        {{"5"}, {"chunked"}, "INVALID"},
        {{}, {"chunked", "chunked"}, "INVALID"},
        {{}, {"gzip, chunked"}, "INVALID"},
        {{}, {"identity"}, "INVALID"},
        {{}, {""}, "INVALID"},
    };
    for (const auto& row : rows) {
        const auto announced = announcedBody(row.lengths, row.encodings, longest);
        const std::string found = !announced           ? aip::base::codeName(announced.error().code())
                                  : announced->chunked ? "chunked"
                                                       : std::to_string(announced->length);
        EXPECT_EQ(found, row.expected) << testing::PrintToString(row.lengths) << testing::PrintToString(row.encodings);
    }
}

TEST(RequestBody, isThereAsAWholeOrNotAtAll) {
    for (std::size_t piece = 1; piece < 12; ++piece) {
        EXPECT_EQ(outcome(readerOf("0123456789", piece).body({.length = 10}, longest)), "0123456789");
        EXPECT_EQ(outcome(readerOf("0123456789more", piece).body({.length = 10}, longest)), "0123456789");
        EXPECT_EQ(outcome(readerOf("012345678", piece).body({.length = 10}, longest)), "INVALID");
        EXPECT_EQ(outcome(readerOf("", piece).body({.length = 10}, longest)), "INVALID");
        EXPECT_EQ(outcome(readerOf("", piece).body({}, longest)), "");
    }
}

TEST(RequestBody, inChunksIsThereAsAWholeOrNotAtAll) {
    const std::vector<std::pair<std::string, std::string>> rows{
        {"0\r\n\r\n", ""},
        {"3\r\nabc\r\n0\r\n\r\n", "abc"},
        {"3;name=value\r\nabc\r\n0A \r\n0123456789\r\n000\r\n\r\n", "abc0123456789"},
        {"3\nabc\n0\nTrailer: x\n\n", "abc"},
        {"", "INVALID"},
        {"3", "INVALID"},
        {"3\r\nab", "INVALID"},
        {"3\r\nabc", "INVALID"},
        {"3\r\nabc\r\n", "INVALID"},
        {"3\r\nabc\r\n0", "INVALID"},
        {"3\r\nabc\r\n0\r\n", "INVALID"},
        {"3\r\nabc\r\n0\r\nTrailer: x\r\n", "INVALID"},
        {"3\r\nabcd\r\n0\r\n\r\n", "INVALID"},
        {"ZZZ\r\nabc\r\n0\r\n\r\n", "INVALID"},
        {"-3\r\nabc\r\n0\r\n\r\n", "INVALID"},
        {"0x3\r\nabc\r\n0\r\n\r\n", "INVALID"},
        {"\r\nabc\r\n0\r\n\r\n", "INVALID"},
        {"3 3\r\nabc\r\n0\r\n\r\n", "INVALID"},
        {"65\r\n", "EXHAUSTED"},
        {"fffffffffffffffffffff\r\n", "EXHAUSTED"},
        {"63\r\n" + std::string(99, 'x') + "\r\n2\r\n", "EXHAUSTED"},
        {std::string(5'000, '0'), "INVALID"},
    };
    for (const auto& [text, expected] : rows) {
        EXPECT_EQ(outcome(readerOf(text).body({.chunked = true}, longest)), expected) << text;
    }
    std::string trailers = "0\r\n";
    for (int i = 0; i < 1'000; ++i) {
        trailers += "a: b\r\n";
    }
    EXPECT_EQ(outcome(readerOf(trailers + "\r\n").body({.chunked = true}, longest)), "INVALID");
}

TEST(RequestHead, isThereAsAWholeOrNotAtAll) {
    const std::string head = "POST /v1/lock HTTP/1.1\r\nContent-Length: 60\r\n\r\n";
    EXPECT_EQ(outcome(readerOf(head).head()), head);
    EXPECT_EQ(outcome(readerOf("GET / HTTP/1.0\n\n").head()), "GET / HTTP/1.0\n\n");
    EXPECT_EQ(outcome(readerOf("").head()), "");
    for (std::size_t size = 1; size < head.size(); ++size) {
        EXPECT_EQ(outcome(readerOf(head.substr(0, size)).head()), "INVALID") << size;
    }
    EXPECT_EQ(outcome(readerOf(std::string(200'000, 'x'), 10'000).head()), "INVALID");
    auto both = readerOf(head + "body");
    ASSERT_TRUE(both.head());
    EXPECT_EQ(outcome(both.body({.length = 4}, longest)), "body");
}

}  // namespace
