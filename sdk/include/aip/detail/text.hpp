// Text: between the C ABI and C++, always valid UTF-8 on its way out; strings as JSON.
#pragma once

#include "../abi.h"
#include "json_characters.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace aip::detail {

inline aip_text borrow(std::string_view text) {
    return {text.data(), text.size()};
}

inline std::string_view view(aip_text text) {
    return text.size == 0 ? std::string_view{} : std::string_view(text.data, text.size);
}

/// Without a branch in the loop, so that the compiler uses vector registers.
inline bool isAscii(const char* block, std::size_t size) {
    unsigned char all = 0;
    for (std::size_t i = 0; i < size; ++i) {
        all |= static_cast<unsigned char>(block[i]);
    }
    return all < 0x80;
}

/// Length of the valid UTF-8 at the start of `text`.
inline std::size_t validLength(std::string_view text) {
    constexpr std::size_t block = 64;
    std::size_t length = 0;
    while (length < text.size()) {
        const bool ascii = length + block <= text.size() && isAscii(text.data() + length, block);
        const std::size_t next = ascii ? block : aip_utf8_length(text.data() + length, text.data() + text.size());
        if (next == 0) {
            break;
        }
        length += next;
    }
    return length;
}

inline bool isUtf8(std::string_view text) {
    return validLength(text) == text.size();
}

/// `text` with U+FFFD for every byte that is not part of valid UTF-8.
inline std::string repaired(std::string_view text) {
    std::string out;
    for (std::size_t valid = validLength(text);; valid = validLength(text)) {
        out += text.substr(0, valid);
        if (valid == text.size()) {
            return out;
        }
        out += "\xEF\xBF\xBD";
        text.remove_prefix(valid + 1);
    }
}

/// Hands `text` to `use` as valid UTF-8, copying only if it is not.
template <typename Use>
void asUtf8(std::string_view text, Use&& use) {
    if (isUtf8(text)) {
        use(text);
    } else {
        use(std::string_view(repaired(text)));
    }
}

constexpr bool needsEscape(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

template <typename Out>
void writeEscape(Out& out, char c) {
    constexpr std::string_view digits = "0123456789abcdef";
    switch (c) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            break;
    }
    out += "\\u00";
    out += digits[static_cast<unsigned char>(c) >> 4U];
    out += digits[static_cast<unsigned char>(c) & 0xFU];
}

/// Without a branch in the loop, so that the compiler uses vector registers.
inline bool anyNeedsEscape(const char* block, std::size_t size) {
    unsigned char found = 0;
    for (std::size_t i = 0; i < size; ++i) {
        found |= static_cast<unsigned char>(needsEscape(block[i]));
    }
    return found != 0;
}

/// Length of the part at the start of `text` that JSON takes as it is.
inline std::size_t cleanLength(std::string_view text) {
    constexpr std::size_t block = 64;
    std::size_t length = 0;
    while (length + block <= text.size() && !anyNeedsEscape(text.data() + length, block)) {
        length += block;
    }
    while (length < text.size() && !needsEscape(text[length])) {
        ++length;
    }
    return length;
}

/// The first bytes of `text`, cut where a character begins: what is looked at several times before the next ones, since
/// a processor's first cache holds it.
inline std::string_view firstPiece(std::string_view text) {
    constexpr std::size_t most = 16384;
    constexpr std::size_t longestCharacter = 4;
    std::size_t size = text.size() < most ? text.size() : most;
    while (size < text.size() && size > most - longestCharacter &&
           (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) {
        --size;
    }
    return text.substr(0, size);
}

/// What stands between the quotes of valid UTF-8 as a JSON string.
template <typename Out>
void writeEscaped(Out& out, std::string_view rest) {
    for (std::size_t clean = cleanLength(rest);; clean = cleanLength(rest)) {
        out += rest.substr(0, clean);
        if (clean == rest.size()) {
            return;
        }
        writeEscape(out, rest[clean]);
        rest.remove_prefix(clean + 1);
    }
}

/// Writes `text` as a JSON string. A long one is read from memory once.
template <typename Out>
void writeString(Out& out, std::string_view text) {
    out += '"';
    while (!text.empty()) {
        const std::string_view piece = firstPiece(text);
        asUtf8(piece, [&out](std::string_view valid) { writeEscaped(out, valid); });
        text.remove_prefix(piece.size());
    }
    out += '"';
}

inline void appendString(std::string& out, std::string_view text) {
    out.reserve(out.size() + text.size() + 2);
    writeString(out, text);
}

inline std::string jsonString(std::string_view text) {
    std::string out;
    appendString(out, text);
    return out;
}

}  // namespace aip::detail
