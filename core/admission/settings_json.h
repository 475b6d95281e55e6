#pragma once

#include "base/error.h"
#include "base/setting_text.h"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace aip::admission {

using SettingValues = std::map<std::string, base::SettingText>;

/// A section of the configuration file, decoded, as the JSON object that start() of the plugin takes: typed and checked
/// by the manifest's settings schema ("null": the plugin takes none). A number may carry a unit: it is then in seconds,
/// in milliseconds if the key ends in _ms, or in bytes. Objects and lists of objects are written as JSON, or in parts:
/// "limits.cpu", "hosts.0.name". A part that the schema does not describe is text. The error names the key, for an
/// unknown one also the nearest known. It names all faults, and shows no value that is writeOnly or named like a
/// secret.
base::Result<std::string> settingsJson(std::string_view schema, const SettingValues& values);

struct SettingFault {
    std::string key;  ///< empty: of all keys together
    std::string text;

    std::string line() const;  ///< with the key
};

/// Everything that makes settingsJson() fail, key by key and item by item.
std::vector<SettingFault> settingFaults(std::string_view schema, const SettingValues& values);

/// The keys that the schema says to be lists.
std::set<std::string> listSettings(std::string_view schema);

/// The keys that the schema marks as writeOnly, also within: they are secrets.
std::set<std::string> writeOnlySettings(std::string_view schema);

}  // namespace aip::admission
