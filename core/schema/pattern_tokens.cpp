#include "schema/pattern_tokens.h"

#include <algorithm>
#include <charconv>

namespace aip::schema {
namespace {

std::uint32_t repeatsOf(std::string_view digits) {
    std::uint32_t repeats = unlimitedRepeats;
    std::from_chars(digits.data(), digits.data() + digits.size(), repeats);
    return repeats;
}

bool startsGroupName(char c) {
    const bool ascii = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
    return ascii || static_cast<unsigned char>(c) >= 0x80;
}

bool continuesGroupName(char c) {
    return startsGroupName(c) || (c >= '0' && c <= '9');
}

}  // namespace

std::optional<RepeatBounds> readRepeatBounds(std::string_view text) {
    const std::size_t end = text.starts_with('{') ? text.find_first_not_of("0123456789,", 1) : text.npos;
    if (end == text.npos || text[end] != '}') {
        return std::nullopt;
    }
    const std::string_view inside = text.substr(1, end - 1);
    const std::size_t comma = inside.find(',');
    const std::string_view least = inside.substr(0, comma);
    const std::string_view most = comma == inside.npos ? least : inside.substr(comma + 1);
    if (least.empty() || most.find(',') != most.npos) {
        return std::nullopt;
    }
    return RepeatBounds{end + 1, repeatsOf(least), repeatsOf(most)};
}

std::size_t groupNameLength(std::string_view text) {
    if (!text.starts_with("?<") || text.size() < 3 || !startsGroupName(text[2])) {
        return 0;
    }
    const auto* const end = std::find_if_not(text.begin() + 2, text.end(), continuesGroupName);
    return end != text.end() && *end == '>' ? static_cast<std::size_t>(end - text.begin()) + 1 : 0;
}

}  // namespace aip::schema
