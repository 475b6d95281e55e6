#pragma once

#include "base/error.h"
#include "plugin_file.h"

#include <string>
#include <vector>

namespace aip::tool {

/// What a plugin changes in the process in which it is started, called and stopped, a line for each thing: working
/// directory, umask, signal handlers, locale, environment. It runs in a child process, loaded in it as in an agent with
/// isolation = in_process; an error says why it could not be seen. Each of `tools` is called a few times, for a few
/// seconds in all. Call it while this process has one thread.
base::Result<std::vector<std::string>> changedByPlugin(const PluginFile& plugin, const std::string& settings,
                                                       const std::vector<admission::ToolManifest>& tools);

}  // namespace aip::tool
