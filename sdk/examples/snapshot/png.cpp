#include "png.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace snapshot {
namespace {

void appendNumber(std::string& out, std::uint32_t number) {
    for (int shift = 24; shift >= 0; shift -= 8) {
        out += static_cast<char>(number >> shift & 0xFFU);
    }
}

constexpr std::array<std::uint32_t, 256> crcTable() {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit) {
            value = (value & 1U) != 0 ? 0xEDB88320U ^ (value >> 1U) : value >> 1U;
        }
        table[i] = value;
    }
    return table;
}

std::uint32_t crc32(std::string_view bytes) {
    static constexpr auto table = crcTable();
    std::uint32_t crc = 0xFFFFFFFFU;
    for (const char c : bytes) {
        crc = table[(crc ^ static_cast<std::uint8_t>(c)) & 0xFFU] ^ (crc >> 8U);
    }
    return ~crc;
}

std::uint32_t adler32(std::string_view bytes) {
    std::uint32_t low = 1;
    std::uint32_t high = 0;
    while (!bytes.empty()) {
        constexpr std::size_t most = 5552;  // bytes before a sum could overflow
        for (const char c : bytes.substr(0, most)) {
            low += static_cast<std::uint8_t>(c);
            high += low;
        }
        low %= 65521U;
        high %= 65521U;
        bytes.remove_prefix(std::min(most, bytes.size()));
    }
    return high << 16U | low;
}

void appendChunk(std::string& out, std::string_view type, std::string_view data) {
    appendNumber(out, static_cast<std::uint32_t>(data.size()));
    const std::size_t begin = out.size();
    out += type;
    out += data;
    appendNumber(out, crc32(std::string_view(out).substr(begin)));
}

/// zlib's format with blocks that are stored as they are.
std::string stored(std::string_view data) {
    constexpr std::size_t block = 65535;
    std::string out("\x78\x01");
    const auto checksum = adler32(data);
    do {
        const auto part = data.substr(0, block);
        data.remove_prefix(part.size());
        const auto size = static_cast<std::uint16_t>(part.size());
        out += data.empty() ? '\1' : '\0';
        for (const auto number : {size, static_cast<std::uint16_t>(~size)}) {
            out += static_cast<char>(number & 0xFFU);
            out += static_cast<char>(number >> 8U);
        }
        out += part;
    } while (!data.empty());
    appendNumber(out, checksum);
    return out;
}

}  // namespace

std::string toPng(const Image& image) {
    std::string header;
    appendNumber(header, image.width);
    appendNumber(header, image.height);
    header += std::string_view("\x08\x02\0\0\0", 5);  // 8 bits, colours, no filter of its own, not interlaced
    std::string rows;
    const std::size_t row = std::size_t{image.width} * 3;
    for (std::size_t y = 0; y < image.height; ++y) {
        rows += '\0';  // each row as it is
        rows.append(reinterpret_cast<const char*>(image.pixels.data()) + y * row, row);
    }
    std::string png("\x89PNG\r\n\x1a\n");
    appendChunk(png, "IHDR", header);
    appendChunk(png, "IDAT", stored(rows));
    appendChunk(png, "IEND", {});
    return png;
}

std::string toBase64(const std::string& bytes) {
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t group = 0;
        for (std::size_t k = i; k < i + 3; ++k) {
            group = group << 8U | (k < bytes.size() ? static_cast<std::uint8_t>(bytes[k]) : 0U);
        }
        for (int shift = 18; shift >= 0; shift -= 6) {
            out += letters[group >> shift & 0x3FU];
        }
    }
    const std::size_t padding = (3 - bytes.size() % 3) % 3;
    std::fill(out.end() - static_cast<std::ptrdiff_t>(padding), out.end(), '=');
    return out;
}

}  // namespace snapshot
