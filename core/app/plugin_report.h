#pragma once

#include "app/settings.h"

#include <string>

namespace aip::app {

struct PluginReport {
    std::string table;  ///< a line for each plugin: id, version, state and tools, also those of run time, and the
                        ///< reason if it is refused
    Findings findings;  ///< those that are refused or failed, and what the profiles ask for in vain
};

/// Starts every enabled plugin once, each within plugins.start_timeout, asks it for its tools, and stops it.
PluginReport reportPlugins(const Settings& settings);

}  // namespace aip::app
