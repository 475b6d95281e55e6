#pragma once

#include "app/settings.h"

#include <string>

namespace aip::app {

struct PluginReport {
    std::string table;  ///< a line for each plugin: id, version, state and tools, and the reason if it is refused
    Findings findings;  ///< those that are refused or failed, and what the profiles ask for in vain
};

/// Starts every enabled plugin once and stops it.
PluginReport reportPlugins(const Settings& settings);

}  // namespace aip::app
