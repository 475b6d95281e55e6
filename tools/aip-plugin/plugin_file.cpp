#include "plugin_file.h"

#include "base/file.h"
#include "plugins/nearest_tool.h"

#include <aip/abi.h>

#include <algorithm>
#include <system_error>
#include <utility>

namespace aip::tool {

namespace fs = std::filesystem;

base::Result<std::string> readFile(const fs::path& file) {
    constexpr std::size_t largestFile = 256UL << 20U;  // a library
    return base::readFile(file, {largestFile});
}

std::vector<fs::path> pluginsIn(const fs::path& folder) {
    std::vector<fs::path> plugins;
    std::error_code problem;
    for (const auto& entry : fs::directory_iterator(folder, problem)) {
        if (fs::exists(entry.path() / "plugin.json", problem)) {
            plugins.push_back(entry.path());
        }
    }
    std::ranges::sort(plugins);
    return plugins;
}

namespace {

/// For somebody who names the sources or the build folder.
std::string whereElse(const fs::path& folder) {
    for (const auto& place : {folder, folder / "plugins"}) {
        if (const auto plugins = pluginsIn(place); !plugins.empty()) {
            return ": did you mean " + plugins.front().string() + "?";
        }
    }
    std::error_code unknown;
    const bool sources = fs::exists(folder / "CMakeLists.txt", unknown) || fs::exists(folder / "Cargo.toml", unknown);
    return sources ? ": these are its sources; CMake builds the plugin as BUILD/plugins/ID, 'aip-plugin dev' runs it"
                   : "";
}

}  // namespace

base::Result<PluginFile> openPlugin(const fs::path& plugin) {
    const fs::path path = fs::absolute(plugin).lexically_normal();
    std::error_code problem;
    const auto type = fs::status(path, problem).type();
    if (type == fs::file_type::not_found) {
        return base::Error(base::Code::notFound, "no such file or folder");
    }
    if (type == fs::file_type::none) {
        return base::Error(base::Code::denied, problem.message());
    }
    const bool isFolder = type == fs::file_type::directory;
    PluginFile file;
    file.folder = isFolder ? path / "" : path.parent_path() / "";
    file.folder = file.folder.parent_path();
    auto text = readFile(file.folder / "plugin.json");
    if (!text && text.error().code() == base::Code::notFound) {
        return base::Error(base::Code::notFound, "there is no plugin.json in " +
                                                     (isFolder ? "it" : file.folder.string()) + whereElse(file.folder));
    }
    if (!text) {
        return std::move(text).error();
    }
    auto manifest = admission::parseManifest(*text);
    if (!manifest) {
        return std::move(manifest).error().within("plugin.json");
    }
    file.manifestText = *std::move(text);
    file.manifest = *std::move(manifest);
    file.library = isFolder ? file.folder / file.manifest.library : path;
    return file;
}

base::Result<admission::ToolManifest> findTool(const std::vector<admission::ToolManifest>& tools,
                                               std::string_view name) {
    std::vector<const admission::ToolManifest*> known;
    for (const auto& tool : tools) {
        if (tool.name == name || tool.key() == name) {
            return tool;
        }
        known.push_back(&tool);
    }
    const auto colon = name.find("::");
    const bool typed = colon != std::string_view::npos;
    return base::Error(base::Code::notFound, "has no tool '" + std::string(name) + "'" +
                                                 plugins::didYouMean(name.substr(0, typed ? colon : 0),
                                                                     name.substr(typed ? colon + 2 : 0), known));
}

base::Result<admission::Export> entryIn(const std::vector<admission::Export>& exports) {
    if (const auto* entry = admission::findExport(exports, AIP_ENTRY_SYMBOL)) {
        return *entry;
    }
    return base::Error(base::Code::invalid,
                       "does not export " AIP_ENTRY_SYMBOL ": is AIP_PLUGIN(Class), or AIP_C_PLUGIN(tools), missing?");
}

}  // namespace aip::tool
