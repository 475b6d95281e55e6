#include "http/body_parser.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using aip::base::Code;
using aip::base::Error;
using aip::base::Result;
using aip::http::AnnouncedBody;
using aip::http::announcedBody;
using aip::http::BodyParser;

constexpr std::size_t longestBody = 100;
constexpr std::size_t severalBytes = 7;

/// What comes, in pieces of `piece` bytes, and then the end of the connection. The body, or why there is none.
std::string bodyOf(std::string_view text, const AnnouncedBody& announced, std::size_t piece = severalBytes) {
    std::string body;
    BodyParser parser(announced, longestBody, [&body](std::string_view part) {
        body += part;
        return Result<void>();
    });
    while (!text.empty() && !parser.isWhole()) {
        std::string_view bytes = text.substr(0, piece);
        const std::size_t came = bytes.size();
        if (const auto parsed = parser.parse(bytes); !parsed) {
            return aip::base::codeName(parsed.error().code());
        }
        text.remove_prefix(came - bytes.size());
    }
    return parser.isWhole() ? body : aip::base::codeName(parser.cut().code());
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
        const auto announced = announcedBody(row.lengths, row.encodings, longestBody);
        const std::string found = !announced           ? aip::base::codeName(announced.error().code())
                                  : announced->chunked ? "chunked"
                                                       : std::to_string(announced->length);
        EXPECT_EQ(found, row.expected) << testing::PrintToString(row.lengths) << testing::PrintToString(row.encodings);
    }
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

TEST(RequestBody, inChunksIsThereAsAWholeOrNotAtAll) {
    const std::vector<std::pair<std::string, std::string>> rows{
        {"0\r\n\r\n", ""},
        {"3\r\nabc\r\n0\r\n\r\n", "abc"},
        {"3;name=value\r\nabc\r\n0A \r\n0123456789\r\n000\r\n\r\n", "abc0123456789"},
        {"3\r\nabc\r\n0\r\nTrailer: x\r\n\r\n", "abc"},
        {"3\nabc\r\n0\r\n\r\n", "INVALID"},
        {"3\r\nabc\n0\r\n\r\n", "INVALID"},
        {"3\r\nabc\r\n0\r\n\n", "INVALID"},
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
        EXPECT_EQ(bodyOf(text, {.chunked = true}), expected) << text;
    }
    std::string trailers = "0\r\n";
    for (int i = 0; i < 1'000; ++i) {
        trailers += "a: b\r\n";
    }
    EXPECT_EQ(bodyOf(trailers + "\r\n", {.chunked = true}), "INVALID");
}

BodyParser ignoring(const AnnouncedBody& announced) {
    return {announced, longestBody, [](std::string_view /*part*/) { return Result<void>(); }};
}

const std::vector<std::pair<std::string, AnnouncedBody>> beforeNextRequest{
    {"abcGET /", {.length = 3}}, {"3\r\nabc\r\n0\r\n\r\nGET /", {.chunked = true}}, {"GET /", {}}};

TEST(RequestBody, endsWhereTheNextRequestBegins) {
    for (const auto& [text, announced] : beforeNextRequest) {
        auto parser = ignoring(announced);
        std::string_view bytes = text;
        EXPECT_TRUE(parser.parse(bytes));
        EXPECT_TRUE(parser.isWhole());
        EXPECT_EQ(bytes, "GET /");
    }
}

TEST(RequestBody, wantsNothingOfTheNextRequest) {
    for (const auto& [text, announced] : beforeNextRequest) {
        auto parser = ignoring(announced);
        std::string_view rest = text;
        while (!parser.isWhole() && !rest.empty()) {
            std::string_view bytes = rest.substr(0, parser.wanted());
            rest.remove_prefix(bytes.size());
            ASSERT_TRUE(parser.parse(bytes));
            EXPECT_TRUE(bytes.empty());
        }
        EXPECT_EQ(parser.wanted(), 0U);
        EXPECT_EQ(rest, "GET /");
    }
}

TEST(RequestBody, isParsedNoFurtherThanItIsTaken) {
    std::string taken;
    BodyParser parser({.length = 10}, longestBody, [&taken](std::string_view part) -> Result<void> {
        taken += part;
        return taken.size() < 4 ? Result<void>() : Error(Code::unavailable, "full");
    });
    std::string_view bytes;
    Result<void> parsed;
    for (const char& c : std::string_view("0123456789")) {
        bytes = {&c, 1};
        if (parsed = parser.parse(bytes); !parsed) {
            break;
        }
    }
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().code(), Code::unavailable);
    EXPECT_EQ(taken, "0123");
}

TEST(RequestBody, isNoLongerThanItMayBe) {
    EXPECT_EQ(bodyOf(std::string(200, 'x'), {.length = longestBody + 1}), "EXHAUSTED");
}

}  // namespace
