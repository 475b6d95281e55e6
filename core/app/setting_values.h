#pragma once

#include "base/error.h"

#include <chrono>
#include <filesystem>
#include <initializer_list>
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

/// The number of seconds; fractions are fine.
base::Result<void> seconds(std::chrono::milliseconds& out, const std::string& text, double low = 0,
                           double high = 86'400);

base::Result<double> wholeNumber(const std::string& text, double low, double high);

template <typename Integer>
base::Result<void> integer(Integer& out, const std::string& text, double low, double high) {
    const auto value = wholeNumber(text, low, high);
    if (!value) {
        return value.error();
    }
    out = static_cast<Integer>(*value);
    return {};
}

base::Result<void> boolean(bool& out, const std::string& text);

/// Valid UTF-8.
base::Result<void> text(std::string& out, const std::string& value);
base::Result<void> nonEmpty(std::string& out, const std::string& value);

/// Absolute from here on: a daemon changes its working directory.
base::Result<void> path(std::string& out, const std::string& value);

/// The entries of a comma list, without the blanks around them.
std::vector<std::string> splitList(const std::string& text);
base::Result<void> list(std::vector<std::string>& out, const std::string& text);
base::Result<void> list(std::vector<std::filesystem::path>& out, const std::string& text);  ///< absolute, like path()

/// INVALID, naming the choices, if `value` is none of them.
base::Result<void> oneOf(const std::string& value, const std::vector<std::string_view>& choices);

template <typename Choice>
base::Result<void> choice(Choice& out, const std::string& value,
                          std::initializer_list<std::pair<std::string_view, std::type_identity_t<Choice>>> choices) {
    std::vector<std::string_view> names;
    for (const auto& [name, meaning] : choices) {
        out = name == value ? meaning : out;
        names.push_back(name);
    }
    return oneOf(value, names);
}

}  // namespace aip::app::values
