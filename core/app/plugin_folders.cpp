#include "app/plugin_folders.h"

#include "admission/manifest.h"
#include "admission/manifest_file.h"
#include "app/platform.h"
#include "plugins/discovery.h"

namespace aip::app {
namespace {

PluginFolder lookInto(const std::filesystem::path& folder) {
    PluginFolder found{.id = folder.filename().string(), .settingsSchema = {}, .namespaces = {}};
    if (const auto text = admission::readTrustedManifest(folder)) {
        if (const auto manifest = admission::parseManifest(*text)) {
            found.settingsSchema = manifest->settingsSchema;
            found.concurrency = manifest->concurrency;
            found.hasMore = manifest->listsTools();
            for (const auto& tool : manifest->tools) {
                found.namespaces.emplace(tool.type, tool.nameSpace);
            }
        }
    }
    return found;
}

}  // namespace

std::vector<std::filesystem::path> pluginDirectories(const Settings& settings) {
    const auto& configured = settings.discovery.directories;
    return configured.empty() ? std::vector{installedPlugins()} : configured;
}

std::vector<std::string> installedIds(const Settings& settings) {
    std::vector<std::string> ids;
    for (const auto& directory : pluginDirectories(settings)) {
        if (const auto folders = plugins::foldersIn(directory)) {
            for (const auto& folder : *folders) {
                ids.push_back(folder.filename().string());
            }
        }
    }
    return ids;
}

std::vector<PluginFolder> pluginFolders(const Settings& settings) {
    std::vector<PluginFolder> found;
    for (const auto& directory : pluginDirectories(settings)) {
        if (const auto folders = plugins::foldersIn(directory)) {
            for (const auto& folder : *folders) {
                found.push_back(lookInto(folder));
            }
        }
    }
    return found;
}

}  // namespace aip::app
