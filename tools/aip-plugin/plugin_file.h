#pragma once

#include "admission/exports.h"
#include "admission/manifest.h"
#include "base/error.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace aip::tool {

/// A plugin as an author points at it: by its folder or by the library in it.
struct PluginFile {
    std::filesystem::path folder;
    std::filesystem::path library;
    std::string manifestText;
    admission::Manifest manifest;
};

/// Reads the manifest; runs no code. The library need not fit it, or be there.
base::Result<PluginFile> openPlugin(const std::filesystem::path& plugin);

/// The folders in `folder` with a plugin.json, in the order of their names.
std::vector<std::filesystem::path> pluginsIn(const std::filesystem::path& folder);

/// "greet", or "action::greet" where both types have one. NOT_FOUND names the nearest.
base::Result<admission::ToolManifest> findTool(const std::vector<admission::ToolManifest>& tools,
                                               std::string_view name);

/// The entry among the symbols of a library, or what its author may have forgotten.
base::Result<admission::Export> entryIn(const std::vector<admission::Export>& exports);

base::Result<std::string> readFile(const std::filesystem::path& file);

}  // namespace aip::tool
