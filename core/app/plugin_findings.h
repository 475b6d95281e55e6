#pragma once

#include "app/settings.h"
#include "plugins/plugin_set.h"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace aip::app {

/// With this begins what a plugin says of one of its settings: "setting 'a': ...".
inline constexpr std::string_view settingStart = "setting '";

/// The written key of [plugin.ID] that the plugin speaks of: in quotes rather than not, then the longest.
std::string spokenOf(const std::string& id, const std::string& text, const Settings& settings);

/// It, or its update, is wanted and does not run: refused, failed or wedged. Not who plugins.allow leaves out.
bool isKeptOut(const plugins::PluginEntry& entry);

/// Why it is refused or has not started, with the settings to which that is due. Nothing that the settings' own
/// findings tell.
Findings pluginFindings(const plugins::PluginEntry& entry, const Settings& settings);

/// Its tools that cannot be offered.
Findings toolFindings(const plugins::PluginEntry& entry);

/// What is wrong with the plugins of a running agent. Starts none.
Findings workingFindings(const std::vector<plugins::PluginEntry>& entries, const Settings& settings);

/// Of those that an operator has `disabled` until the next start, and the settings have not.
Findings disabledFindings(const std::vector<plugins::PluginEntry>& entries, const std::set<std::string>& disabled,
                          const Settings& settings);

}  // namespace aip::app
