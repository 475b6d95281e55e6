#pragma once

#include "base/error.h"
#include "plugin_file.h"

#include <functional>
#include <string>
#include <vector>

namespace aip::tool {

using ToolChoice = std::function<bool(const admission::ToolManifest&)>;

/// What a plugin changes in the process in which it is started, called and stopped, a line for each thing: working
/// directory, umask, signal handlers, locale, environment. It runs in a child process, loaded in it as in an agent with
/// isolation = in_process; an error says why it could not be seen. Each of its tools that are `chosen`, also those
/// that it has only when it runs, is called a few times, for a few seconds in all. Call it while this process has one
/// thread.
base::Result<std::vector<std::string>> changedByPlugin(const PluginFile& plugin, const std::string& settings,
                                                       const ToolChoice& chosen);

}  // namespace aip::tool
