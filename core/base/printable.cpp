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

bool isShown(std::uint32_t point) {
    return point >= 0x20 && (point < 0x7F || point > 0x9F) && std::ranges::none_of(misleading, [&](const Range& range) {
               return point >= range.first && point <= range.last;
           });
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

}  // namespace

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

}  // namespace aip::base
