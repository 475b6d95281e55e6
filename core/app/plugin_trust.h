#pragma once

#include "app/settings.h"
#include "plugins/plugin_set.h"

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace aip::app {

/// Sets [plugin.ID] sha256; INVALID if it is not a hash.
base::Result<void> setPin(plugins::PluginSettings& plugin, const std::string& value);

/// Reads the files of plugins.trusted_keys. Who may write one of them decides whose code runs here: they are owned by
/// root or the agent's user, and writable by no one else. Returns all that is wrong.
std::vector<base::Error> resolveTrust(Settings& settings);

/// Ids of the plugins at work that are believed when they say that a tool changes nothing: those of this project in the
/// folder of the `installation`, and those whose pin or signature was checked. No MCP servers: what they say comes
/// while they run.
std::set<std::string> believedPlugins(const std::vector<plugins::PluginEntry>& entries, admission::Trust trust,
                                      const std::filesystem::path& installation);

}  // namespace aip::app
