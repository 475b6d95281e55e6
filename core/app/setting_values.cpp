#include "app/setting_values.h"

#include "base/json_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace aip::app::values {

using base::Code;
using base::Error;
using base::Result;

namespace {

Result<double> number(const std::string& text, double low, double high) {
    double value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
        return Error(Code::invalid, "'" + text + "' is not a number");
    }
    if (value < low || value > high) {
        return Error(Code::invalid, text + " is out of range: " + std::to_string(static_cast<std::int64_t>(low)) +
                                        " to " + std::to_string(static_cast<std::int64_t>(high)));
    }
    return value;
}

}  // namespace

Result<void> seconds(std::chrono::milliseconds& out, const std::string& text, double low, double high) {
    const auto value = number(text, low, high);
    if (!value) {
        return value.error();
    }
    out = std::chrono::milliseconds(std::llround(*value * 1000));
    return {};
}

Result<double> wholeNumber(const std::string& text, double low, double high) {
    auto value = number(text, low, high);
    if (value && *value != std::floor(*value)) {
        return Error(Code::invalid, "'" + text + "' is not a whole number");
    }
    return value;
}

Result<void> boolean(bool& out, const std::string& text) {
    return choice(out, text, {{"true", true}, {"false", false}});
}

Result<void> text(std::string& out, const std::string& value) {
    if (!base::isUtf8(value)) {
        return Error(Code::invalid, "not valid UTF-8");
    }
    out = value;
    return {};
}

Result<void> nonEmpty(std::string& out, const std::string& value) {
    if (value.empty()) {
        return Error(Code::invalid, "must not be empty");
    }
    return text(out, value);
}

Result<void> path(std::string& out, const std::string& value) {
    out = value.empty() ? value : std::filesystem::absolute(value).string();
    return {};
}

std::vector<std::string> splitList(const std::string& text) {
    std::vector<std::string> entries;
    std::size_t at = 0;
    while (at <= text.size()) {
        const std::size_t comma = std::min(text.find(',', at), text.size());
        const std::size_t first = text.find_first_not_of(" \t", at);
        if (first < comma) {
            entries.push_back(text.substr(first, text.find_last_not_of(" \t", comma - 1) - first + 1));
        }
        at = comma + 1;
    }
    return entries;
}

Result<void> list(std::vector<std::string>& out, const std::string& text) {
    out = splitList(text);
    return {};
}

Result<void> list(std::vector<std::filesystem::path>& out, const std::string& text) {
    out.clear();
    for (const auto& entry : splitList(text)) {
        out.push_back(std::filesystem::absolute(entry));
    }
    return {};
}

Result<void> oneOf(const std::string& value, const std::vector<std::string_view>& choices) {
    std::string known;
    for (const auto choice : choices) {
        if (choice == value) {
            return {};
        }
        known.append(known.empty() ? "" : ", ").append(choice);
    }
    return Error(Code::invalid, "'" + value + "' is none of " + known);
}

}  // namespace aip::app::values
