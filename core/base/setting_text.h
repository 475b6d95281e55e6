#pragma once

#include "base/ascii.h"
#include "base/error.h"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The grammar of the value of a setting, the same for every place where one is written and for every reader.
/// config/README.md describes it for operators.
namespace aip::base {

inline constexpr std::size_t mostListItems = 4'096;

/// The text of a reference "${NAME}", given with its braces.
using Expand = std::function<Result<std::string>(std::string_view reference)>;

/// A value, decoded both ways: what the setting wants is known only to its reader.
struct SettingText {
    /// Taken as it is; as a list it is split at commas.
    SettingText() : SettingText(std::string()) {}
    SettingText(std::string plain);
    SettingText(const char* plain) : SettingText(std::string(plain)) {}
    SettingText(Result<std::string> value, Result<std::vector<std::string>> items)
        : one(std::move(value)), list(std::move(items)) {}

    Result<std::string> one;
    Result<std::vector<std::string>> list;
};

/// Decodes what is written: quotes, escapes, references. `literal` is what stands for "$${". An unquoted list item that
/// is a reference may expand to several items. Characters that do not show, and typographic quotes around, are errors
/// unless they are quoted.
SettingText decodeSetting(std::string_view written, const Expand& expand, std::string_view literal = "${");

/// The items of a list that are written without quotes, as they are written. None if it is no valid list.
std::vector<std::string> unquotedItems(std::string_view written);

/// What is written for a value that is to be taken as it is.
std::string literalSetting(const std::string& text);

/// true, yes, on; false, no, off.
Result<bool> booleanSetting(const std::string& text);

enum class Unit { none, duration, size };

/// A number with a unit of its kind, or without one: durations in seconds (ms, s, m, h, d), sizes in bytes (B, KiB,
/// MiB, GiB, TiB; kB, MB, GB, TB).
Result<double> numberSetting(std::string_view text, Unit unit);

/// Does a setting, or a parameter, of this name hold a secret? In it is token, key, secret, password, cookie or the
/// like, in whatever case, or pass, auth, sig, dsn or the like as a word.
bool isSecretName(std::string_view name);

/// Valid UTF-8 without control characters; a tab is fine.
Result<void> checkPrintable(std::string_view text);

}  // namespace aip::base
