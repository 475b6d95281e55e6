#pragma once

#include "plugin_file.h"

#include <string>
#include <vector>

namespace aip::tool {

/// What a plugin changes in the process in which it is started, called and stopped, a line for each thing: working
/// directory, umask, signal handlers, locale, environment. It runs in a child process, loaded in it as in an agent with
/// isolation = in_process; one that dies there changes nothing that is known. Each of `tools` is called a few
/// times, for a few seconds in all. Call it while this process has one thread.
std::vector<std::string> changedByPlugin(const PluginFile& plugin, const std::string& settings,
                                         const std::vector<admission::ToolManifest>& tools);

}  // namespace aip::tool
