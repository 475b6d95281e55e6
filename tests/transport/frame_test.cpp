#include "transport/frame.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using namespace aip::transport;

constexpr MaskKey key{'\x11', '\x22', '\x33', '\x44'};

std::string masked(std::string_view text, std::size_t phase) {
    std::string out(text.size(), '\0');
    maskCopy(out.data(), text, key, phase);
    return out;
}

std::string slowlyMasked(std::string text, std::size_t phase) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        text[i] = static_cast<char>(text[i] ^ key[(i + phase) % 4]);
    }
    return text;
}

TEST(Frame, masksEveryLengthAtEveryPhase) {
    std::string text;
    for (std::size_t size = 0; size < 150; ++size) {
        for (std::size_t phase = 0; phase < 9; ++phase) {
            EXPECT_EQ(masked(text, phase), slowlyMasked(text, phase)) << size << " " << phase;
        }
        text += static_cast<char>(size * 7);
    }
}

TEST(Frame, writesTheShortestLength) {
    std::string out(maxFrameHeader, '\0');
    const auto header = [&out](std::uint64_t payload) {
        return out.substr(0, writeHeader(out.data(), true, Opcode::text, payload, key));
    };
    EXPECT_EQ(header(0), std::string("\x81\x80\x11\x22\x33\x44"));
    EXPECT_EQ(header(125), std::string("\x81\xFD\x11\x22\x33\x44"));
    EXPECT_EQ(header(126), std::string("\x81\xFE\x00\x7E\x11\x22\x33\x44", 8));
    EXPECT_EQ(header(65535), std::string("\x81\xFE\xFF\xFF\x11\x22\x33\x44", 8));
    EXPECT_EQ(header(65536), std::string("\x81\xFF\x00\x00\x00\x00\x00\x01\x00\x00\x11\x22\x33\x44", 14));
}

TEST(Frame, readsLengthsOfEveryForm) {
    EXPECT_EQ(parseServerHeader("\x81\x7D").payload, 125U);
    EXPECT_EQ(parseServerHeader(std::string_view("\x81\x7E\x00\x7E", 4)).payload, 126U);
    EXPECT_EQ(parseServerHeader(std::string_view("\x81\x7F\x00\x00\x00\x00\x00\x01\x00\x00", 10)).payload, 65536U);
    EXPECT_EQ(parseServerHeader(std::string_view("\x81\x7F\x00\x00\x00\x00\x00\x01\x00", 9)).size, 0U);
    EXPECT_EQ(parseServerHeader("\x81").size, 0U);
    EXPECT_EQ(parseServerHeader("").size, 0U);
}

TEST(Frame, tellsFinAndOpcode) {
    const ServerHeader header = parseServerHeader(std::string_view("\x02\x00", 2));
    EXPECT_FALSE(header.fin);
    EXPECT_EQ(header.opcode, Opcode::binary);
    EXPECT_EQ(header.size, 2U);
    EXPECT_TRUE(header.violation.empty());
}

TEST(Frame, seesViolationsInTheFirstBytes) {
    const std::vector<std::string> bad = {
        std::string("\xC1\x00", 2),  // reserved bit
        std::string("\x83\x00", 2),  // reserved opcode
        std::string("\x8B\x00", 2),  // reserved control opcode
        std::string("\x81\x80", 2),  // masked
        std::string("\x09\x00", 2),  // fragmented ping
        std::string("\x89\x7E", 2),  // ping of more than 125 bytes
        std::string("\x81\x7E\x00\x7D", 4),
        std::string("\x81\x7F\x00\x00\x00\x00\x00\x00\xFF\xFF", 10),
        std::string("\x81\x7F\x80\x00\x00\x00\x00\x00\x00\x00", 10),
    };
    for (const std::string& bytes : bad) {
        EXPECT_FALSE(parseServerHeader(bytes).violation.empty()) << testing::PrintToString(bytes);
    }
}

TEST(Frame, knowsTheCodesThatMayStandInACloseFrame) {
    for (const std::uint16_t code : {1000, 1001, 1002, 1003, 1007, 1012, 3000, 4999}) {
        EXPECT_TRUE(isCloseCode(code)) << code;
    }
    for (const std::uint16_t code : {0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535}) {
        EXPECT_FALSE(isCloseCode(code)) << code;
    }
}

}  // namespace
