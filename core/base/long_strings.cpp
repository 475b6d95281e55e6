#include "base/long_strings.h"

#include "base/json_text.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <random>

namespace aip::base {
namespace {

constexpr int hexadecimal = 16;
constexpr char markEnd = '.';

/// What stands before the number of a long string. Nobody can guess it, so it does not stand in a text by chance.
const std::string& mark() {
    static const std::string mark = [] {
        std::random_device device;
        std::string text = "long-string-";
        for (int i = 0; i < 4; ++i) {
            text += std::to_string(device()) + "-";
        }
        return text;
    }();
    return mark;
}

std::optional<std::uint32_t> codeUnit(std::string_view digits) {
    constexpr std::size_t length = 4;
    std::uint32_t unit = 0;
    const auto* const begin = digits.data();
    const auto* const end = begin + std::min(digits.size(), length);
    const auto read = std::from_chars(begin, end, unit, hexadecimal);
    const bool whole = digits.size() >= length && read.ec == std::errc() && read.ptr == end;
    return whole ? std::optional(unit) : std::nullopt;
}

/// Of "\uXXXX", or of two of these that are one character; 0 if it is not valid.
std::size_t unicodeEscapeLength(std::string_view text) {
    constexpr std::size_t one = 6;
    const auto isBetween = [](std::uint32_t unit, std::uint32_t first, std::uint32_t last) {
        return unit >= first && unit <= last;
    };
    const auto unit = codeUnit(text.substr(2));
    if (!unit || isBetween(*unit, 0xDC00, 0xDFFF)) {
        return 0;
    }
    if (!isBetween(*unit, 0xD800, 0xDBFF)) {
        return one;
    }
    const std::string_view next = text.substr(one);
    const auto second = next.starts_with("\\u") ? codeUnit(next.substr(2)) : std::nullopt;
    return second && isBetween(*second, 0xDC00, 0xDFFF) ? 2 * one : 0;
}

/// `text` begins with a backslash. 0: it is not valid.
std::size_t escapeLength(std::string_view text) {
    if (text.size() < 2) {
        return 0;
    }
    if (text[1] == 'u') {
        return unicodeEscapeLength(text);
    }
    return text[1] != '\0' && std::string_view("\"\\/bfnrt").find(text[1]) != std::string_view::npos ? 2 : 0;
}

}  // namespace

std::optional<std::size_t> jsonStringLength(std::string_view text) {
    std::size_t at = 0;
    for (;;) {
        at += cleanLength(text.substr(at));
        if (at < text.size() && text[at] == '"') {
            return at;
        }
        const std::size_t escape = at < text.size() && text[at] == '\\' ? escapeLength(text.substr(at)) : 0;
        if (escape == 0) {
            return std::nullopt;
        }
        at += escape;
    }
}

std::optional<LongStrings> LongStrings::takenOutOf(std::string_view json) {
    LongStrings strings;
    const bool found = json.size() > longFrom && strings.take(json) && !strings._strings.empty();
    return found ? std::optional(std::move(strings)) : std::nullopt;
}

bool LongStrings::take(std::string_view json) {
    while (!json.empty()) {
        const std::size_t quote = std::min(json.find('"'), json.size());
        if (_rest.size() + quote > mostRest) {
            return false;
        }
        _rest += json.substr(0, quote);
        json.remove_prefix(quote);
        if (!json.empty() && !takeString(json)) {
            return false;
        }
    }
    return true;
}

/// Takes it off the front of `json`, where its first quote is.
bool LongStrings::takeString(std::string_view& json) {
    const std::size_t ascii = cleanAsciiLength(json.substr(1));  // all of it, mostly
    const auto length = jsonStringLength(json.substr(1 + ascii));
    if (!length) {
        return false;
    }
    const std::string_view content = json.substr(1, ascii + *length);
    json.remove_prefix(content.size() + 2);
    const bool isLong = content.size() >= longFrom;
    if (isLong && !isUtf8(content.substr(ascii))) {
        return false;
    }
    _rest += '"';
    _rest += isLong ? mark() + std::to_string(_strings.size()) + markEnd : std::string(content);
    _rest += '"';
    if (isLong) {
        _strings.push_back(content);
    }
    return true;
}

SplicedText LongStrings::putBack(std::string_view text) const {
    SplicedText spliced;
    for (std::size_t at = text.find(mark()); at != std::string_view::npos; at = text.find(mark())) {
        std::size_t number = _strings.size();
        const std::string_view rest = text.substr(at + mark().size());
        const auto read = std::from_chars(rest.data(), rest.data() + rest.size(), number);
        if (number >= _strings.size()) {
            break;
        }
        spliced.parts.push_back({std::string(text.substr(0, at)), _strings[number]});
        text = rest.substr(static_cast<std::size_t>(read.ptr - rest.data()) + 1);
    }
    spliced.end = text;
    return spliced;
}

}  // namespace aip::base
