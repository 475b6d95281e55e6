#include "app/plugin_folders.h"

#include "admission/manifest.h"
#include "app/platform.h"
#include "base/file.h"
#include "plugins/discovery.h"

namespace aip::app {
namespace {

constexpr base::FileRule manifestRule{4UL << 20U, base::Access::onlyOursWrite};

PluginFolder lookInto(const std::filesystem::path& folder) {
    PluginFolder found{folder.filename().string(), {}};
    if (const auto text = base::readFile(folder / "plugin.json", manifestRule)) {
        if (const auto manifest = admission::parseManifest(*text)) {
            found.settingsSchema = manifest->settingsSchema;
        }
    }
    return found;
}

}  // namespace

std::vector<std::filesystem::path> pluginDirectories(const Settings& settings) {
    const auto& configured = settings.discovery.directories;
    return configured.empty() ? std::vector{installedPlugins()} : configured;
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
