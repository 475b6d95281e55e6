#include "control/request_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace {

using aip::base::ByteBudget;
using aip::base::Code;
using aip::base::Result;
using aip::control::RequestReader;
using aip::http::AnnouncedBody;

constexpr std::size_t longest = 100;
constexpr std::size_t severalBytes = 7;

using Stage = RequestReader::Stage;

std::shared_ptr<ByteBudget> budget(std::size_t bytes = longest) {
    return std::make_shared<ByteBudget>(bytes);
}

/// A request of a head that announces this, and what comes after it, in pieces; then the end of the connection. Its
/// body, or why there is none.
std::string bodyOf(const std::string& text, const AnnouncedBody& announced, std::size_t piece = severalBytes) {
    RequestReader reader([&](const std::string&) { return Result<AnnouncedBody>(announced); }, longest, budget());
    reader.take("GET / HTTP/1.0\r\n\r\n");
    for (std::size_t at = 0; at < text.size(); at += piece) {
        reader.take(std::string_view(text).substr(at, piece));
    }
    return reader.end() == Stage::whole ? reader.takeBody() : aip::base::codeName(reader.why().code());
}

TEST(RequestBody, isThereAsAWholeOrNotAtAll) {
    for (std::size_t piece = 1; piece < 12; ++piece) {
        EXPECT_EQ(bodyOf("0123456789", {.length = 10}, piece), "0123456789");
        EXPECT_EQ(bodyOf("0123456789more", {.length = 10}, piece), "0123456789");
        EXPECT_EQ(bodyOf("012345678", {.length = 10}, piece), "INVALID");
        EXPECT_EQ(bodyOf("", {.length = 10}, piece), "INVALID");
        EXPECT_EQ(bodyOf("", {}, piece), "");
    }
}

/// What is wrong with chunks: see the tests of http::BodyParser.
TEST(RequestBody, inChunksIsThereAsAWholeOrNotAtAll) {
    const std::string body = "3\r\nabc\r\n0\r\n\r\n";
    EXPECT_EQ(bodyOf(body, {.chunked = true}), "abc");
    for (std::size_t size = 0; size < body.size(); ++size) {
        EXPECT_EQ(bodyOf(body.substr(0, size), {.chunked = true}), "INVALID") << size;
    }
    EXPECT_EQ(bodyOf("65\r\n", {.chunked = true}), "EXHAUSTED");
}

/// A request with a body of so many bytes.
struct LargeRequest {
    explicit LargeRequest(std::size_t size, const std::shared_ptr<ByteBudget>& bytes)
        : reader([size](const std::string&) { return Result<AnnouncedBody>(AnnouncedBody{.length = size}); }, size,
                 bytes) {
        reader.take("GET / HTTP/1.0\r\n\r\n");
        reader.take(std::string(size, 'x'));
    }

    RequestReader reader;
};

TEST(RequestBody, hasItsShareUntilItsRequestEnds) {
    constexpr std::size_t large = 2 * RequestReader::freeBytes;
    const auto bytes = budget(3 * RequestReader::freeBytes - 1);
    std::optional<LargeRequest> first(std::in_place, large, bytes);
    LargeRequest second(large, bytes);
    EXPECT_EQ(first->reader.stage(), Stage::whole);
    EXPECT_EQ(second.reader.stage(), Stage::whole);
    EXPECT_EQ(first->reader.takeBody().size(), large);
    const LargeRequest third(large, bytes);
    EXPECT_EQ(third.reader.stage(), Stage::refused);
    EXPECT_EQ(third.reader.why().code(), Code::exhausted);
    EXPECT_EQ(LargeRequest(RequestReader::freeBytes, bytes).reader.stage(), Stage::whole);
    first.reset();
    EXPECT_EQ(LargeRequest(large, bytes).reader.stage(), Stage::whole);
}

/// The head that is judged, and how it ends.
std::pair<std::string, Stage> headOf(const std::string& text, std::size_t piece = severalBytes) {
    std::string seen;
    RequestReader reader(
        [&](const std::string& head) {
            seen = head;
            return Result<AnnouncedBody>(AnnouncedBody{});
        },
        longest, budget());
    for (std::size_t at = 0; at < text.size(); at += piece) {
        reader.take(std::string_view(text).substr(at, piece));
    }
    return {seen, reader.end()};
}

TEST(RequestHead, isThereAsAWholeOrNotAtAll) {
    const std::string head = "POST /v1/lock HTTP/1.1\r\nContent-Length: 60\r\n\r\n";
    EXPECT_EQ(headOf(head), std::pair(head, Stage::whole));
    EXPECT_EQ(headOf(head + "what comes then"), std::pair(head, Stage::whole));
    for (const char* const withBareLineFeed : {"GET / HTTP/1.0\n\n", "GET / HTTP/1.0\n\r\nA\r\n\r\n",
                                               "GET / HTTP/1.0\r\nA: b\nC: d\r\n\r\n", "GET / HTTP/1.0\r\n\n", "\n"}) {
        EXPECT_EQ(headOf(withBareLineFeed), std::pair(std::string(), Stage::refused)) << withBareLineFeed;
    }
    EXPECT_EQ(headOf(""), std::pair(std::string(), Stage::nothing));
    for (std::size_t size = 1; size < head.size(); ++size) {
        EXPECT_EQ(headOf(head.substr(0, size), 1), std::pair(std::string(), Stage::refused)) << size;
    }
    EXPECT_EQ(headOf(std::string(200'000, 'x'), 10'000), std::pair(std::string(), Stage::refused));
}

TEST(RequestHead, mayBeRefused) {
    RequestReader reader([](const std::string&) { return aip::base::Error(Code::denied, "no"); }, longest, budget());
    EXPECT_EQ(reader.take("GET / HTTP/1.0\r\n\r\nmore"), Stage::refused);
    EXPECT_EQ(reader.why().code(), Code::denied);
    EXPECT_EQ(reader.end(), Stage::refused);
}

}  // namespace
