#include "base/json_number.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>

namespace aip::base {
namespace {

bool takeOneOf(std::string_view& text, std::string_view characters) {
    const bool there = !text.empty() && characters.find(text.front()) != std::string_view::npos;
    text.remove_prefix(there ? 1 : 0);
    return there;
}

std::size_t takeDigits(std::string_view& text) {
    const std::size_t count = std::min(text.find_first_not_of("0123456789"), text.size());
    text.remove_prefix(count);
    return count;
}

enum class Grammar { malformed, whole, real };

/// RFC 8259, section 6.
Grammar grammarOf(std::string_view number) {
    takeOneOf(number, "-");
    if (!takeOneOf(number, "0") && takeDigits(number) == 0) {
        return Grammar::malformed;
    }
    const bool whole = number.empty();
    if (takeOneOf(number, ".") && takeDigits(number) == 0) {
        return Grammar::malformed;
    }
    if (takeOneOf(number, "eE")) {
        takeOneOf(number, "+-");
        if (takeDigits(number) == 0) {
            return Grammar::malformed;
        }
    }
    return !number.empty() ? Grammar::malformed : whole ? Grammar::whole : Grammar::real;
}

template <typename Number>
bool fits(std::string_view number) {
    Number value{};
    return std::from_chars(number.data(), number.data() + number.size(), value).ec == std::errc();
}

bool isTooLarge(std::string_view number, Grammar grammar) {
    if (grammar == Grammar::real) {
        const bool tiny = number.substr(std::min(number.find_first_of("eE"), number.size() - 1) + 1).starts_with('-');
        return !tiny && !fits<double>(number);
    }
    return number.starts_with('-') ? !fits<std::int64_t>(number) : !fits<std::uint64_t>(number);
}

void skipString(std::string_view& json) {
    std::size_t end = 1;
    while (end < json.size() && json[end] != '"') {
        end += json[end] == '\\' ? 2 : 1;
    }
    json.remove_prefix(std::min(end + 1, json.size()));
}

std::string_view takeNumber(std::string_view& json) {
    const std::string_view number = json.substr(0, json.find_first_not_of("0123456789+-.eE"));
    json.remove_prefix(number.size());
    return number;
}

}  // namespace

std::string_view numberNotSupported(std::string_view json) {
    constexpr std::string_view starts = "\"-0123456789";
    while (true) {
        json.remove_prefix(std::min(json.find_first_of(starts), json.size()));
        if (json.empty()) {
            return {};
        }
        if (json.front() == '"') {
            skipString(json);
            continue;
        }
        const std::string_view number = takeNumber(json);
        const Grammar grammar = grammarOf(number);
        if (grammar == Grammar::malformed) {
            return {};
        }
        if (isTooLarge(number, grammar)) {
            return grammar == Grammar::whole ? "a whole number of more than 64 bits is not supported"
                                             : "a number beyond the range of a double is not supported";
        }
    }
}

}  // namespace aip::base
