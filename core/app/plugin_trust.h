#pragma once

#include "app/settings.h"

#include <vector>

namespace aip::app {

/// Sets [plugin.ID] sha256; INVALID if it is not a hash.
base::Result<void> setPin(plugins::PluginSettings& plugin, const std::string& value);

/// Reads the files of plugins.trusted_keys. Who may write one of them decides whose code runs here: they are owned by
/// root or the agent's user, and writable by no one else. Returns all that is wrong.
std::vector<base::Error> resolveTrust(Settings& settings);

}  // namespace aip::app
