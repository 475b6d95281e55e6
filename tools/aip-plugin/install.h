#pragma once

#include "plugin_file.h"

#include <filesystem>
#include <string>

namespace aip::tool {

/// Puts a finished plugin into the plugin directory `directory` of an agent, as `directory`/ID, and returns that
/// folder.
///
/// Whatever reads the folder meanwhile finds the old plugin or the new one: the library gets a name with its hash, and
/// the manifest that names it is renamed over the old one. A signed manifest cannot be edited: its library takes the
/// place of the old one just before. What the old manifest named is deleted then. The library must be the one of its
/// manifest.
///
/// The files of a program keep their names, so its folder is exchanged as a whole. The old one stays as
/// `directory`/.ID.old until the next time, for calls that are running.
base::Result<std::filesystem::path> install(const PluginFile& plugin, const std::filesystem::path& directory);

}  // namespace aip::tool
