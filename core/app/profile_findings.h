#pragma once

#include "app/settings.h"
#include "execution/plugin_manager.h"
#include "execution/remarks.h"

#include <vector>

namespace aip::app {

/// The same with file and line.
Findings profileFindings(const std::vector<execution::Remark>& remarks, const Settings& settings);

/// What profiles and limits ask for in vain of the plugins at work. MCP servers may still list their tools. Any thread.
Findings offerFindings(const execution::PluginManager& plugins, const Settings& settings);

}  // namespace aip::app
