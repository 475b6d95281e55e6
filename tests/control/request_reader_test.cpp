#include "control/request_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace {

using aip::base::Code;
using aip::base::Result;
using aip::control::RequestReader;

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

TEST(RequestHead, isFollowedByABodyAsAWholeOrNotAtAll) {
    for (std::size_t piece = 1; piece < 12; ++piece) {
        EXPECT_EQ(outcome(readerOf("0123456789more", piece).body({.length = 10}, longest)), "0123456789");
        EXPECT_EQ(outcome(readerOf("012345678", piece).body({.length = 10}, longest)), "INVALID");
        EXPECT_EQ(outcome(readerOf("3\r\nabc\r\n0\r\n\r\n", piece).body({.chunked = true}, longest)), "abc");
        EXPECT_EQ(outcome(readerOf("3\r\nabc\r\n", piece).body({.chunked = true}, longest)), "INVALID");
    }
}

}  // namespace
