#pragma once

#include "app/settings.h"

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace aip::app {

/// Where plugins are looked for: as configured, or those of the installation.
std::vector<std::filesystem::path> pluginDirectories(const Settings& settings);

/// The ids of those that are there: the names of their folders.
std::vector<std::string> installedIds(const Settings& settings);

/// A plugin as its folder tells. It may be one that the gate refuses.
struct PluginFolder {
    std::string id;              ///< the name of the folder
    std::string settingsSchema;  ///< of the manifest; empty: that cannot be read, or is not trusted
    std::set<std::pair<std::string, std::string>> namespaces;  ///< type and namespace of each tool of the manifest
    std::uint32_t concurrency = 1;                             ///< of the manifest
    bool hasMore = true;  ///< it may have others at run time, or the manifest does not tell
};

/// Those in all directories, in their order; directories that cannot be read are left out. Loads no code.
std::vector<PluginFolder> pluginFolders(const Settings& settings);

}  // namespace aip::app
