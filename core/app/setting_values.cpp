#include "app/setting_values.h"

#include "app/start_folder.h"
#include "base/json_text.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace aip::app::values {

using base::Code;
using base::Error;
using base::Result;

namespace {

constexpr std::size_t longestName = 255;

Result<double> number(const SettingText& text, base::Unit unit, double low, double high) {
    auto value = text.one ? base::numberSetting(*text.one, unit) : text.one.error();
    if (value && (*value < low || *value > high)) {
        return Error(Code::invalid, *text.one + " is out of range: " + std::to_string(static_cast<std::int64_t>(low)) +
                                        " to " + std::to_string(static_cast<std::int64_t>(high)));
    }
    return value;
}

}  // namespace

Result<void> seconds(std::chrono::milliseconds& out, const SettingText& text, double low, double high) {
    const auto value = number(text, base::Unit::duration, low, high);
    if (!value) {
        return value.error();
    }
    out = std::chrono::milliseconds(std::llround(*value * 1000));
    return {};
}

Result<double> wholeNumber(const SettingText& text, base::Unit unit, double low, double high) {
    auto value = number(text, unit, low, high);
    if (value && *value != std::floor(*value)) {
        return Error(Code::invalid, "'" + *text.one + "' is not a whole number");
    }
    return value;
}

Result<void> boolean(bool& out, const SettingText& text) {
    const auto value = text.one ? base::booleanSetting(*text.one) : text.one.error();
    if (!value) {
        return value.error();
    }
    out = *value;
    return {};
}

Result<void> text(std::string& out, const SettingText& value) {
    if (!value.one) {
        return value.one.error();
    }
    if (!base::isUtf8(*value.one)) {
        return Error(Code::invalid, "not valid UTF-8");
    }
    out = *value.one;
    return {};
}

Result<void> identifier(std::string& out, const SettingText& value) {
    std::string name;
    if (auto done = text(name, value); !done) {
        return done;
    }
    if (name.empty()) {
        return Error(Code::invalid, "must not be empty");
    }
    if (name.size() > longestName) {
        return Error(Code::invalid, "longer than " + std::to_string(longestName) + " bytes");
    }
    if (std::any_of(name.begin(), name.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; })) {
        return Error(Code::invalid, "holds a control character");
    }
    out = std::move(name);
    return {};
}

Result<void> path(std::string& out, const SettingText& value) {
    auto absolute = value.one ? fromStartFolder(*value.one) : value.one.error();
    if (!absolute) {
        return std::move(absolute).error();
    }
    out = *absolute;
    return {};
}

Result<void> list(std::vector<std::string>& out, const SettingText& text) {
    if (!text.list) {
        return text.list.error();
    }
    if (!std::all_of(text.list->begin(), text.list->end(), base::isUtf8)) {
        return Error(Code::invalid, "not valid UTF-8");
    }
    out = *text.list;
    return {};
}

Result<void> list(std::vector<std::filesystem::path>& out, const SettingText& text) {
    std::vector<std::string> entries;
    if (auto done = list(entries, text); !done) {
        return done;
    }
    out.clear();
    for (const auto& entry : entries) {
        auto absolute = fromStartFolder(entry);
        if (!absolute) {
            return std::move(absolute).error();
        }
        out.emplace_back(*absolute);
    }
    return {};
}

Result<void> oneOf(const SettingText& value, const std::vector<std::string_view>& choices) {
    if (!value.one) {
        return value.one.error();
    }
    std::string known;
    for (const auto choice : choices) {
        if (choice == *value.one) {
            return {};
        }
        known.append(known.empty() ? "" : ", ").append(choice);
    }
    return Error(Code::invalid, "'" + *value.one + "' is none of " + known);
}

}  // namespace aip::app::values
