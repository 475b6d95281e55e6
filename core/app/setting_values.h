#pragma once

#include "base/error.h"
#include "base/setting_text.h"
#include "execution/sliding_window.h"
#include "link/measures.h"
#include "plugins/slot_settings.h"

#include <chrono>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

/// One function for each kind of value: takes the text of a setting over, or says what is wrong with it and leaves
/// `out` as it was. No error names the key; the caller does.
namespace aip::app::values {

inline constexpr double maxSize = 1U << 30U;   ///< of what is kept in memory, bytes
inline constexpr double maxFile = 1UL << 40U;  ///< of what is kept on a disk, bytes

using base::SettingText;

/// Of seconds, or with a unit; fractions are fine.
base::Result<void> seconds(std::chrono::milliseconds& out, const SettingText& text, double low = 0,
                           double high = 86'400);

base::Result<double> wholeNumber(const SettingText& text, base::Unit unit, double low, double high);
base::Result<double> limitNumber(const SettingText& text, double least, double high, base::Unit unit);

template <typename Integer>
base::Result<void> integer(Integer& out, const SettingText& text, double low, double high,
                           base::Unit unit = base::Unit::none) {
    const auto value = wholeNumber(text, unit, low, high);
    if (!value) {
        return value.error();
    }
    out = static_cast<Integer>(*value);
    return {};
}

/// Of bytes, or with a unit.
template <typename Integer>
base::Result<void> size(Integer& out, const SettingText& text, double low, double high) {
    return integer(out, text, low, high, base::Unit::size);
}

/// One that has no effect as 0, and with which no process starts if it is less than `least`.
template <typename Integer>
base::Result<void> limit(Integer& out, const SettingText& text, double least, double high,
                         base::Unit unit = base::Unit::none) {
    const auto value = limitNumber(text, least, high, unit);
    if (!value) {
        return value.error();
    }
    out = static_cast<Integer>(*value);
    return {};
}

base::Result<void> boolean(bool& out, const SettingText& text);

/// So much in a time: "10/min", "10MiB/h", "100/30s"; at least 1, and from a second to a week.
base::Result<void> quota(execution::Quota& out, const SettingText& text, double high,
                         base::Unit unit = base::Unit::none);

/// Valid UTF-8.
base::Result<void> text(std::string& out, const SettingText& value);

/// A name that goes to the server: not empty, at most 255 bytes, of characters that show (the only blank is U+0020, and
/// not at an end), and in no typographic quotes.
base::Result<void> identifier(std::string& out, const SettingText& value);

/// Absolute from here on, against the folder in which the agent was started.
base::Result<void> path(std::string& out, const SettingText& value);

/// As path(), or "none", or empty.
base::Result<void> socketPath(std::string& out, const SettingText& value);

base::Result<void> list(std::vector<std::string>& out, const SettingText& text);
base::Result<void> list(std::vector<std::filesystem::path>& out, const SettingText& text);  ///< absolute, like path()

base::Result<void> measures(link::Measures& out, const SettingText& value);

/// Names of variables of the environment.
base::Result<void> variables(std::vector<std::string>& out, const SettingText& value);

/// The name or uid of a user that there is, but not root. Empty: none is set.
base::Result<void> user(std::optional<plugins::ProcessUser>& out, const SettingText& value);

/// INVALID, naming all items that do not fit: "'a', 'b' " and `why`.
base::Result<void> each(const std::vector<std::string>& items, bool (*fits)(const std::string& item),
                        const std::string& why);

/// INVALID, naming the choices, if `value` is none of them.
base::Result<void> oneOf(const SettingText& value, const std::vector<std::string_view>& choices);

template <typename Choice>
base::Result<void> choice(Choice& out, const SettingText& value,
                          std::initializer_list<std::pair<std::string_view, std::type_identity_t<Choice>>> choices) {
    std::vector<std::string_view> names;
    for (const auto& [name, meaning] : choices) {
        out = value.one && name == *value.one ? meaning : out;
        names.push_back(name);
    }
    return oneOf(value, names);
}

}  // namespace aip::app::values
