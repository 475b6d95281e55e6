#include "base/json_text.h"

#include <simdjson.h>

namespace aip::base {
namespace {

constexpr char hexDigits[] = "0123456789abcdef";

constexpr bool needsEscape(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

/// Outside ASCII are the negative ones.
constexpr bool needsEscapeOrUtf8(char c) {
    return static_cast<signed char>(c) < 0x20 || c == '"' || c == '\\';
}

/// Without a branch in the loop, so that the compiler uses vector registers.
template <bool (*stops)(char), std::size_t size>
bool isFreeBlock(const char* block) {
    unsigned char found = 0;
    for (std::size_t i = 0; i < size; ++i) {
        found |= static_cast<unsigned char>(stops(block[i]));
    }
    return found == 0;
}

template <bool (*stops)(char), std::size_t size>
std::size_t freeBlocks(std::string_view text) {
    std::size_t length = 0;
    while (length + size <= text.size() && isFreeBlock<stops, size>(text.data() + length)) {
        length += size;
    }
    return length;
}

/// How much of the start of `text` is free of characters at which it `stops`.
template <bool (*stops)(char)>
std::size_t freeLength(std::string_view text) {
    std::size_t length = freeBlocks<stops, 64>(text);
    length += freeBlocks<stops, 16>(text.substr(length));
    while (length < text.size() && !stops(text[length])) {
        ++length;
    }
    return length;
}

constexpr std::size_t shortEscape = 2;
constexpr std::size_t longEscape = 6;

constexpr bool hasShortEscape(char c) {
    return c == '"' || c == '\\' || (c >= '\b' && c <= '\r' && c != '\v');
}

void appendEscape(std::string& out, char c) {
    switch (c) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\b':
            out += "\\b";
            return;
        case '\f':
            out += "\\f";
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
    out += hexDigits[static_cast<unsigned char>(c) >> 4U];
    out += hexDigits[static_cast<unsigned char>(c) & 0xFU];
}

}  // namespace

std::size_t cleanLength(std::string_view text) {
    return freeLength<needsEscape>(text);
}

std::size_t cleanAsciiLength(std::string_view text) {
    return freeLength<needsEscapeOrUtf8>(text);
}

void appendJsonString(std::string& out, std::string_view text) {
    out += '"';
    for (std::size_t clean = cleanLength(text); clean < text.size(); clean = cleanLength(text)) {
        out += text.substr(0, clean);
        appendEscape(out, text[clean]);
        text.remove_prefix(clean + 1);
    }
    out += text;
    out += '"';
}

std::string jsonString(std::string_view text) {
    std::string out;
    out.reserve(text.size() + 2);
    appendJsonString(out, text);
    return out;
}

std::size_t jsonStringSize(std::string_view text) {
    std::size_t size = 2 + text.size();
    for (std::size_t clean = cleanLength(text); clean < text.size(); clean = cleanLength(text)) {
        size += (hasShortEscape(text[clean]) ? shortEscape : longEscape) - 1;
        text.remove_prefix(clean + 1);
    }
    return size;
}

bool isUtf8(std::string_view text) {
    return simdjson::validate_utf8(text.data(), text.size());
}

std::size_t utf8Length(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text.front());
    const std::size_t length = lead < 0x80   ? 1
                               : lead < 0xC2 ? 0
                               : lead < 0xE0 ? 2
                               : lead < 0xF0 ? 3
                               : lead < 0xF5 ? 4
                                             : 0;
    if (length == 0 || length > text.size() || !isUtf8(text.substr(0, length))) {
        return 0;
    }
    return length;
}

std::string repairUtf8(std::string_view text) {
    if (isUtf8(text)) {
        return std::string(text);
    }
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const std::size_t length = utf8Length(text);
        if (length == 0) {
            out += "\xEF\xBF\xBD";
            text.remove_prefix(1);
        } else {
            out.append(text, 0, length);
            text.remove_prefix(length);
        }
    }
    return out;
}

std::string readable(std::string_view bytes, std::size_t limit) {
    return excerpt(repairUtf8(bytes.substr(0, 2 * limit)), limit);
}

std::string excerpt(std::string_view text, std::size_t limit) {
    return excerpt(text, limit, text.size());
}

std::string_view wholeCharacters(std::string_view text, std::size_t limit) {
    if (text.size() <= limit) {
        return text;
    }
    while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0U) == 0x80U) {
        --limit;
    }
    return text.substr(0, limit);
}

std::string excerpt(std::string_view start, std::size_t limit, std::size_t size) {
    if (size <= limit) {
        return std::string(start);
    }
    return std::string(wholeCharacters(start, limit)) + "... (" + std::to_string(size) + " bytes)";
}

}  // namespace aip::base
