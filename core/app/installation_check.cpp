#include "app/installation_check.h"

#include "admission/settings_json.h"
#include "app/plugin_folders.h"
#include "app/setting_keys.h"
#include "app/writable.h"
#include "base/nearest.h"
#include "plugins/discovery.h"

#include <algorithm>
#include <utility>

namespace aip::app {
namespace {

class InstallationCheck {
  public:
    InstallationCheck(const Settings& settings, Findings& findings)
        : _settings(settings), _findings(findings), _folders(pluginFolders(settings)) {
        for (const auto& folder : _folders) {
            _ids.push_back(folder.id);
        }
    }

    void run() {
        checkDirectories();
        checkWritable();
        for (const auto& [id, plugin] : _settings.discovery.plugins) {
            checkSection(id, plugin.values);
        }
        checkNames("plugins.allow", _settings.discovery.allowed);
        checkNames("plugins.order", _settings.discovery.order);
    }

  private:
    void add(Severity severity, const std::string& key, std::string text, std::string cure = {}) {
        _findings.add({severity, _settings.originOf(key), _settings.originOf(key).empty() ? "" : key, std::move(text),
                       std::move(cure)});
    }

    void checkDirectories() {
        constexpr const char* directories = "plugins.directories";
        const auto named = pluginDirectories(_settings);
        std::string places;
        for (const auto& directory : named) {
            places += (places.empty() ? "" : ", ") + directory.string();
            if (const auto folders = plugins::foldersIn(directory);
                !folders && !_settings.discovery.directories.empty()) {
                add(Severity::finding, directories, folders.error().text());
            }
        }
        if (_folders.empty()) {
            add(Severity::finding, directories, "no plugin found in " + places + ": this device can do nothing",
                "install plugins there, or name their folder in plugins.directories");
        }
    }

    void checkWritable() {
        if (!_settings.log.file.empty()) {
            if (auto obstacle = obstacleToFile(_settings.log.file); !obstacle.empty()) {
                add(Severity::finding, "log.file", "cannot be written: " + std::move(obstacle));
            }
        }
        const auto& transfer = _settings.session.transfer;
        if (transfer.receive && !transfer.inbox.empty()) {
            if (auto obstacle = obstacleToFolder(transfer.inbox); !obstacle.empty()) {
                add(Severity::finding, "transfer.inbox", "cannot be written: " + std::move(obstacle));
            }
        }
    }

    void checkSection(const std::string& id, const std::map<std::string, base::SettingText>& values) {
        const auto folder = std::ranges::find(_folders, id, &PluginFolder::id);
        if (folder == _folders.end()) {
            return notInstalled(id);
        }
        if (!folder->settingsSchema.empty()) {
            checkValues(id, folder->settingsSchema, values);
        }
    }

    void notInstalled(const std::string& id) {
        const auto near = base::nearestName(id, _ids);
        _findings.add({near ? Severity::error : Severity::finding, originOfSection(id), "",
                       "[plugin." + id + "] has no effect: no such plugin is installed" +
                           (near ? "; did you mean [plugin." + *near + "]?" : "")});
    }

    void checkValues(const std::string& id, const std::string& schema,
                     const std::map<std::string, base::SettingText>& values) {
        for (const auto& fault : admission::settingFaults(schema, values)) {
            const std::string key = std::string(pluginFamily) + id + "." + fault.key;
            const bool whole = fault.key.empty();
            _findings.add({Severity::finding, whole ? originOfSection(id) : _settings.originOf(key), whole ? "" : key,
                           (whole ? "[plugin." + id + "] " : "") + fault.text, "the plugin is refused"});
        }
    }

    void checkNames(const std::string& key, const std::vector<std::string>& ids) {
        for (const auto& id : ids) {
            if (std::ranges::find(_ids, id) == _ids.end()) {
                add(Severity::finding, key, "no plugin '" + id + "' is installed" + base::didYouMean(id, _ids));
            }
        }
    }

    std::string originOfSection(const std::string& id) const {
        const std::string start = std::string(pluginFamily) + id + ".";
        const auto first = _settings.origins.lower_bound(start);
        return first != _settings.origins.end() && first->first.starts_with(start) ? first->second : "";
    }

    const Settings& _settings;
    Findings& _findings;
    const std::vector<PluginFolder> _folders;
    std::vector<std::string> _ids;
};

}  // namespace

void checkInstallation(const Settings& settings, Findings& findings) {
    InstallationCheck(settings, findings).run();
}

}  // namespace aip::app
