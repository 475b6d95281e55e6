#include "app/installation_check.h"

#include "admission/settings_json.h"
#include "app/list_doubts.h"
#include "app/namespace_check.h"
#include "app/platform.h"
#include "app/plugin_folders.h"
#include "app/setting_keys.h"
#include "app/writable.h"
#include "audit/trail_file.h"
#include "base/nearest.h"
#include "base/program_path.h"
#include "base/setting_text.h"
#include "plugins/discovery.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

namespace aip::app {
namespace {

class InstallationCheck {
  public:
    InstallationCheck(const Settings& settings, bool reloading, Findings& findings)
        : _settings(settings), _reloading(reloading), _findings(findings), _folders(pluginFolders(settings)) {
        for (const auto& folder : _folders) {
            _ids.push_back(folder.id);
        }
        for (const auto& [name, server] : settings.discovery.servers) {
            _ids.push_back(name);
        }
    }

    void run() {
        checkDirectories();
        checkWritable();
        checkState();
        checkUsers();
        for (const auto& [id, plugin] : _settings.discovery.plugins) {
            checkSection(id, plugin.values);
        }
        for (const auto& [name, server] : _settings.discovery.servers) {
            checkServer(name, server);
        }
        checkNames("plugins.allow", _settings.discovery.allowed);
        checkNames("plugins.order", _settings.discovery.order);
        if (!_settings.originOf("plugins.host_view").empty()) {
            checkNames("plugins.host_view", _settings.hostView);
        }
        if (_findings.has(Severity::error)) {  // no plugin is started, to tell its tools
            findUnknownNamespaces(_settings, _folders, _findings);
        }
    }

  private:
    void add(Found found, const std::string& key, std::string text) {
        _findings.add({found, _settings.originOf(key), _settings.originOf(key).empty() ? "" : key, std::move(text)});
    }

    void checkDirectories() {
        constexpr const char* directories = "plugins.directories";
        const auto named = pluginDirectories(_settings);
        std::string places;
        for (const auto& directory : named) {
            places += (places.empty() ? "" : ", ") + directory.string();
            if (const auto folders = plugins::foldersIn(directory);
                !folders && !_settings.discovery.directories.empty()) {
                add(Found::noPluginFolder, directories, folders.error().text());
            }
        }
        if (_ids.empty()) {
            add(Found::noPlugins, directories, "no plugin found in " + places + ": this device can do nothing");
        } else if (std::ranges::none_of(_ids, [this](const std::string& id) { return whyOff(id, "").empty(); })) {
            _findings.add({Found::allOff, "", "",
                           "all plugins are disabled or left out by plugins.allow: this device can do nothing"});
        }
    }

    void checkWritable() {
        if (!_settings.log.file.empty()) {
            report("log.file", checkWritableFile(_settings.log.file));
        }
        if (_settings.audit.enabled && !_settings.audit.file.empty()) {
            const auto checked = checkWritableFile(_settings.audit.file, base::Links::refuse);
            report("audit.file", checked ? audit::checkTrailFile(_settings.audit.file) : checked);
        }
        const auto& transfer = _settings.session.transfer;
        if (transfer.receive && !transfer.inbox.empty()) {
            const auto checked = checkPrivateFolder(transfer.inbox);
            report("transfer.inbox", checked);
            std::error_code failed;
            if (checked && !std::filesystem::exists(transfer.inbox, failed)) {
                add(Found::newInbox, "transfer.inbox", "is not there: it is made when the first file comes");
            }
        }
    }

    /// One that has more than itself to be made is a typing error. Without a folder plugins run all the same.
    void checkState() {
        if (_settings.stateDirectory.empty()) {
            return;
        }
        if (const auto checked = checkStateFolder(_settings.stateDirectory); !checked) {
            const bool mistyped = checked.error().code() == base::Code::notFound && !_reloading;
            add(mistyped ? Found::mistypedState : Found::unusableState, "state.directory",
                "cannot be used: " + checked.error().text());
        }
    }

    /// What only this user cannot write, the agent's may.
    void report(const std::string& key, const base::Result<void>& checked) {
        if (!checked) {
            const bool lasting = checked.error().code() != base::Code::denied && !_reloading;
            add(lasting ? Found::unusablePath : Found::notWritable, key,
                "cannot be written: " + checked.error().text());
        }
    }

    void checkUsers() {
        for (const auto& [key, written] : _settings.rawValues) {
            const bool ofPlugin = !memberOf(key, pluginFamily).empty() && lastPart(key) == "run_as";
            if ((key == "plugins.run_as" || ofPlugin) && !base::trimmed(written).empty() && !hasAllRights()) {
                add(Found::otherUser, key, "only root can run plugins as another user, and the agent is not root");
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
            for (const auto& list : admission::listSettings(folder->settingsSchema)) {
                const std::string key = std::string(pluginFamily) + id + "." + list;
                findListDoubts(_settings, key, _findings);
                const auto value = values.find(list);
                if (value != values.end() && value->second.list && value->second.list->empty()) {
                    add(Found::emptyList, key, "is an empty list");
                }
            }
        }
    }

    void checkServer(const std::string& name, const plugins::ServerSettings& server) {
        const std::string section = std::string(serverFamily) + name + ".";
        if (!server.enabled || !server.spec.isProgram()) {
            return;
        }
        std::error_code failed;
        if (!std::filesystem::is_directory(server.spec.folder, failed)) {
            add(Found::noProgram, section + "cwd", "there is no folder " + server.spec.folder);
        }
        const std::string& program = server.spec.command.front();
        const std::string path = pathOf(server.spec);
        if (!base::findProgram(program, path, server.spec.folder)) {
            const auto first = program.substr(0, program.find(' '));
            const bool isLine = first != program && base::findProgram(first, path, server.spec.folder);
            add(Found::noProgram, section + "command",
                base::missingProgram(program, path, server.spec.folder) +
                    (isLine ? "; arguments stand in args, as a list" : ""));
        }
    }

    /// That in which the server's program is looked for.
    static std::string pathOf(const hosting::ServerSpec& server) {
        for (const auto& variable : server.environment) {
            if (variable.starts_with("PATH=")) {
                return variable.substr(5);
            }
        }
        const char* own = std::getenv("PATH");
        return own == nullptr ? "" : own;
    }

    void notInstalled(const std::string& id) {
        if (_settings.discovery.servers.contains(id)) {
            _findings.add({Found::mistypedSection, _settings.originOfPlugin(id), "",
                           "[plugin." + id + "] has no effect: it is a server, whose section is [mcp." + id + "]"});
            return;
        }
        const auto whole = base::nearestName(id, _ids);
        const auto near = whole ? whole : base::nearestName(id.substr(0, id.find('.')), _ids);  // of [plugin.ID.PART]
        _findings.add({whole ? Found::mistypedSection : Found::notInstalled, _settings.originOfPlugin(id), "",
                       "[plugin." + id + "] has no effect: no such plugin is installed" +
                           (near ? "; did you mean [plugin." + *near + "]?" : "")});
    }

    void checkValues(const std::string& id, const std::string& schema,
                     const std::map<std::string, base::SettingText>& values) {
        for (const auto& fault : admission::settingFaults(schema, values)) {
            const std::string key = std::string(pluginFamily) + id + "." + fault.key;
            const bool whole = fault.key.empty();
            _findings.add({Found::pluginSetting, _settings.originUnder(whole ? std::string(pluginFamily) + id : key),
                           whole ? "" : key,
                           (whole ? "[plugin." + id + "] " : "") + fault.text + "; the plugin is refused"});
        }
    }

    /// A list of plugins, of which each can run and stands there once.
    void checkNames(const std::string& key, const std::vector<std::string>& ids) {
        for (auto id = ids.begin(); id != ids.end(); ++id) {
            if (std::find(ids.begin(), id, *id) != id) {
                add(Found::pluginList, key, "'" + *id + "' stands there twice");
            } else if (std::ranges::find(_ids, *id) == _ids.end()) {
                const bool several = id->find(' ') != std::string::npos;
                add(Found::pluginList, key,
                    "no plugin '" + *id + "' is installed" + base::didYouMean(*id, _ids) +
                        (several ? "; a list is written with commas" : ""));
            } else if (const auto why = whyOff(*id, key); !why.empty()) {
                add(Found::idlePlugin, key, "'" + *id + "' has no effect: " + why);
            }
        }
    }

    /// Why an installed plugin does not run; empty: it may.
    std::string whyOff(const std::string& id, const std::string& key) const {
        const auto& discovery = _settings.discovery;
        if (const auto server = discovery.servers.find(id);
            server != discovery.servers.end() && !server->second.enabled) {
            return "[mcp." + id + "] is disabled";
        }
        const auto own = discovery.plugins.find(id);
        if (own != discovery.plugins.end() && !own->second.enabled) {
            return "[plugin." + id + "] is disabled";
        }
        const bool allowed =
            discovery.allowed.empty() || std::ranges::find(discovery.allowed, id) != discovery.allowed.end();
        return allowed || key == "plugins.allow" ? "" : "plugins.allow leaves it out";
    }

    const Settings& _settings;
    const bool _reloading;
    Findings& _findings;
    const std::vector<PluginFolder> _folders;
    std::vector<std::string> _ids;
};

}  // namespace

void checkInstallation(const Settings& settings, bool reloading, Findings& findings) {
    InstallationCheck(settings, reloading, findings).run();
}

}  // namespace aip::app
