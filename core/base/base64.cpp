#include "base/base64.h"

#include <cstddef>
#include <cstdint>

namespace aip::base {
namespace {

constexpr std::string_view allDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr unsigned bitsOfDigit = 6;
constexpr unsigned bitsOfByte = 8;
constexpr std::size_t digitsInGroup = 4;  ///< for three bytes

}  // namespace

std::string base64(std::string_view bytes) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * digitsInGroup);
    std::uint32_t bits = 0;
    unsigned held = 0;
    for (const char byte : bytes) {
        bits = bits << bitsOfByte | static_cast<unsigned char>(byte);
        for (held += bitsOfByte; held >= bitsOfDigit;) {
            held -= bitsOfDigit;
            text += allDigits[bits >> held & 63U];
        }
    }
    if (held > 0) {
        text += allDigits[bits << (bitsOfDigit - held) & 63U];
    }
    text.append((digitsInGroup - text.size() % digitsInGroup) % digitsInGroup, '=');
    return text;
}

std::optional<std::string> fromBase64(std::string_view text) {
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
    if (text.size() % digitsInGroup != 0) {
        return std::nullopt;
    }
    std::string bytes;
    bytes.reserve(text.size() / digitsInGroup * 3);
    std::uint32_t bits = 0;
    unsigned held = 0;
    for (const char digit : text.substr(0, text.size() - padding)) {
        const auto value = allDigits.find(digit);
        if (value == std::string_view::npos) {
            return std::nullopt;
        }
        bits = bits << bitsOfDigit | static_cast<std::uint32_t>(value);
        held += bitsOfDigit;
        if (held >= bitsOfByte) {
            held -= bitsOfByte;
            bytes += static_cast<char>(bits >> held & 255U);
        }
    }
    const bool isRest = (bits & ((1U << held) - 1U)) == 0;  // one text for each sequence of bytes
    return isRest ? std::optional(std::move(bytes)) : std::nullopt;
}

}  // namespace aip::base
