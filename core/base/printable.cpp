#include "base/printable.h"

#include "base/json_text.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace aip::base {
namespace {

struct Range {
    std::uint32_t first;
    std::uint32_t last;
};

/// Besides the control characters: marks, separators and overrides that move or hide what stands beside them.
constexpr std::array<Range, 7> misleading{{{0x61C, 0x61C},
                                           {0x180E, 0x180E},
                                           {0x200B, 0x200F},
                                           {0x2028, 0x202E},
                                           {0x2060, 0x206F},
                                           {0xFEFF, 0xFEFF},
                                           {0xE0000, 0xE007F}}};

/// What else cannot be seen, or looks like U+0020.
constexpr std::array<Range, 28> unseen{
    {{0xA0, 0xA0},       {0xAD, 0xAD},       {0x34F, 0x34F},     {0x600, 0x605},     {0x6DD, 0x6DD},
     {0x70F, 0x70F},     {0x890, 0x891},     {0x8E2, 0x8E2},     {0x115F, 0x1160},   {0x1680, 0x1680},
     {0x17B4, 0x17B5},   {0x180B, 0x180F},   {0x2000, 0x200A},   {0x202F, 0x202F},   {0x205F, 0x205F},
     {0x2800, 0x2800},   {0x3000, 0x3000},   {0x3164, 0x3164},   {0xE000, 0xF8FF},   {0xFDD0, 0xFDEF},
     {0xFE00, 0xFE0F},   {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFB},   {0x110BD, 0x110CD}, {0x13430, 0x1343F},
     {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0080, 0x10FFFF}}};

constexpr std::array<std::string_view, 14> typographicQuotes{"\u201C", "\u201D", "\u201E", "\u201F", "\u2018",
                                                             "\u2019", "\u201A", "\u201B", "\u00AB", "\u00BB",
                                                             "\u2039", "\u203A", "\uFF02", "\uFF07"};

template <std::size_t N>
bool isIn(const std::array<Range, N>& ranges, std::uint32_t point) {
    return std::ranges::any_of(ranges,
                               [point](const Range& range) { return point >= range.first && point <= range.last; });
}

bool isControl(std::uint32_t point) {
    return point < 0x20 || (point >= 0x7F && point <= 0x9F);
}

bool isShown(std::uint32_t point) {
    return !isControl(point) && !isIn(misleading, point);
}

/// Also the last two of each plane, which are no characters.
bool isHidden(std::uint32_t point) {
    return !isShown(point) || isIn(unseen, point) || (point & 0xFFFEU) == 0xFFFEU;
}

/// The character at the start of valid UTF-8, which is `length` bytes long.
std::uint32_t decode(std::string_view text, std::size_t length) {
    const auto byte = [&](std::size_t at) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[at])); };
    std::uint32_t point = length == 1 ? byte(0) : byte(0) & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        point = point << 6U | (byte(i) & 0x3FU);
    }
    return point;
}

std::string escaped(std::uint32_t point) {
    switch (point) {
        case '\n':
            return "\\n";
        case '\r':
            return "\\r";
        case '\t':
            return "\\t";
        default:
            return point < 0x80 ? fmt::format("\\x{:02x}", point) : fmt::format("\\u{:04x}", point);
    }
}

/// Printable ASCII, which most of all lines are made of.
std::size_t plainLength(std::string_view text) {
    const auto* end = std::ranges::find_if_not(text, [](char c) { return c >= 0x20 && c < 0x7F; });
    return static_cast<std::size_t>(end - text.begin());
}

/// The first character but tab of which this is true.
std::optional<std::uint32_t> firstOf(std::string_view text, bool (*wanted)(std::uint32_t)) {
    for (text.remove_prefix(plainLength(text)); !text.empty(); text.remove_prefix(plainLength(text))) {
        const std::size_t length = std::max<std::size_t>(utf8Length(text), 1);
        if (const auto point = decode(text, length); point != '\t' && wanted(point)) {
            return point;
        }
        text.remove_prefix(length);
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::uint32_t> hiddenCharacter(std::string_view text) {
    return firstOf(text, isHidden);
}

std::optional<std::uint32_t> controlCharacter(std::string_view text) {
    return firstOf(text, isControl);
}

bool isOneLine(std::string_view text) {
    return text.find('\t') == std::string_view::npos && !controlCharacter(repairUtf8(text));
}

bool hasTypographicQuote(std::string_view text) {
    return std::ranges::any_of(
        typographicQuotes, [text](std::string_view quote) { return text.starts_with(quote) || text.ends_with(quote); });
}

std::string codePoint(std::uint32_t character) {
    return fmt::format("U+{:04X}", character);
}

std::string printable(std::string_view text, std::size_t limit) {
    const std::string cut = excerpt(text, limit);
    std::string out;
    out.reserve(cut.size());
    for (std::string_view rest = cut; !rest.empty();) {
        const std::size_t plain = plainLength(rest);
        out += rest.substr(0, plain);
        rest.remove_prefix(plain);
        if (rest.empty()) {
            break;
        }
        const std::size_t length = utf8Length(rest);
        if (length == 0) {
            out += fmt::format("\\x{:02x}", static_cast<unsigned char>(rest.front()));
        } else if (const std::uint32_t point = decode(rest, length); isShown(point)) {
            out += rest.substr(0, length);
        } else {
            out += escaped(point);
        }
        rest.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return out;
}

std::string printableLines(std::string_view text) {
    std::string out;
    for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
        out += printable(text.substr(0, end), end) + '\n';
        text.remove_prefix(end + 1);
    }
    return out + printable(text, text.size());
}

std::string counted(std::size_t number, std::string_view noun) {
    return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

}  // namespace aip::base
