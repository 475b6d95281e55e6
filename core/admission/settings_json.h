#pragma once

#include "base/error.h"

#include <map>
#include <string>
#include <string_view>

namespace aip::admission {

/// A section of the configuration file, all values still text, as the JSON object for start() of the plugin: typed and
/// checked by the manifest's settings schema ("null": the plugin has no settings). Lists are written with commas,
/// objects as JSON. The error names the key, for an unknown one also the nearest known.
base::Result<std::string> settingsJson(std::string_view schema, const std::map<std::string, std::string>& values);

}  // namespace aip::admission
