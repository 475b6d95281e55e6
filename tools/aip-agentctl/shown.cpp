#include "shown.h"

#include "base/json_text.h"
#include "base/printable.h"

#include <fmt/core.h>

#include <array>
#include <cstddef>

namespace aip::agentctl {
namespace {

constexpr std::size_t longestCell = 4'096;  ///< bytes

void addEscape(std::string& out, std::uint32_t point) {
    if (point < 0x10000) {
        out += fmt::format("\\u{:04x}", point);
    } else {
        const std::uint32_t rest = point - 0x10000;
        out += fmt::format("\\u{:04x}\\u{:04x}", 0xD800 + (rest >> 10U), 0xDC00 + (rest & 0x3FFU));
    }
}

}  // namespace

std::string shown(std::string_view text) {
    return base::printable(text, longestCell);
}

std::string shownLines(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const auto end = text.find_first_of("\n\t");
        out += base::printable(text.substr(0, end), text.size());
        if (end == std::string_view::npos) {
            break;
        }
        out += text[end];
        text.remove_prefix(end + 1);
    }
    return out;
}

std::string shownJson(std::string_view json) {
    std::string out;
    out.reserve(json.size());
    while (!json.empty()) {
        const auto length = base::utf8Length(json);
        const auto character = json.substr(0, length == 0 ? 1 : length);
        if (length == 0) {
            out += "\\ufffd";
        } else if (const auto hidden = base::hiddenCharacter(character); hidden && character != "\n") {
            addEscape(out, *hidden);
        } else {
            out += character;
        }
        json.remove_prefix(character.size());
    }
    return out;
}

std::string duration(std::int64_t milliseconds) {
    if (milliseconds < 1'000) {
        return std::to_string(milliseconds) + " ms";
    }
    struct Unit {
        std::int64_t seconds;
        const char* name;
        std::int64_t part;
        const char* partName;
    };
    static constexpr std::array units{Unit{86'400, " d", 3'600, " h"}, Unit{3'600, " h", 60, " min"},
                                      Unit{60, " min", 1, " s"}};
    const std::int64_t seconds = milliseconds / 1'000;
    for (const auto& unit : units) {
        if (seconds >= unit.seconds) {
            const auto rest = seconds % unit.seconds / unit.part;
            return std::to_string(seconds / unit.seconds) + unit.name +
                   (rest == 0 ? "" : " " + std::to_string(rest) + unit.partName);
        }
    }
    return std::to_string(seconds) + " s";
}

std::string size(std::int64_t bytes) {
    static constexpr std::array units{"KiB", "MiB", "GiB", "TiB"};
    if (bytes < 1'024) {
        return std::to_string(bytes) + " B";
    }
    auto value = static_cast<double>(bytes) / 1'024;
    std::size_t unit = 0;
    for (; value >= 1'024 && unit + 1 < units.size(); ++unit) {
        value /= 1'024;
    }
    return fmt::format("{:.1f} {}", value, units[unit]);
}

std::string moment(std::string_view timestamp) {
    constexpr std::size_t toSeconds = 19;
    if (timestamp.size() < toSeconds || timestamp[10] != 'T') {
        return shown(timestamp);
    }
    return shown(std::string(timestamp.substr(0, 10)) + " " + std::string(timestamp.substr(11, 8)) + " UTC");
}

}  // namespace aip::agentctl
