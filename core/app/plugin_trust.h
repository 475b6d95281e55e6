#pragma once

#include "app/settings.h"

namespace aip::app {

/// Sets [plugin.ID] sha256; INVALID if it is not a hash.
base::Result<void> setPin(plugins::PluginSettings& plugin, const std::string& value);

/// Reads the files of plugins.trusted_keys. Who may write one of them decides whose code runs here, so they must be as
/// safe as the plugins themselves: owned by root or the agent's user, they and their folders writable by no one else.
base::Result<void> resolveTrust(Settings& settings);

}  // namespace aip::app
