#pragma once

#include "base/error.h"
#include "base/setting_text.h"

#include <map>
#include <string>
#include <string_view>

namespace aip::admission {

/// A section of the configuration file, decoded, as the JSON object that start() of the plugin takes: typed and checked
/// by the manifest's settings schema ("null": the plugin takes none). A number may carry a unit: it is then in seconds,
/// in milliseconds if the key ends in _ms, or in bytes. Objects are written as JSON. The error names the key, for an
/// unknown one also the nearest known.
base::Result<std::string> settingsJson(std::string_view schema, const std::map<std::string, base::SettingText>& values);

}  // namespace aip::admission
