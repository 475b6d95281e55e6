#include "plugins/discovery.h"

#include "admission/settings_json.h"
#include "base/shortage.h"
#include "plugins/discovery_report.h"
#include "plugins/state_folder.h"
#include "plugins/tools_at_work.h"

#include <aip/ext/dynamic_tools.h>
#include <aip/ext/host_settings.h>

#include <algorithm>
#include <optional>
#include <system_error>
#include <utility>

namespace aip::plugins {
namespace {

using admission::Trust;
using std::filesystem::path;

/// Its place in plugins.order; behind all of them if it has none.
std::ptrdiff_t placeOf(const std::string& id, const DiscoverySettings& settings) {
    return std::ranges::find(settings.order, id) - settings.order.begin();
}

struct Folders {
    std::vector<path> found;
    std::string unread;  ///< why one of the directories could not be read for a shortage
};

void addKnown(std::vector<path>& found, const path& directory, const PluginSet& previous) {
    for (const PluginEntry& entry : previous.entries()) {
        if (!entry.isServer && entry.folder.parent_path() == directory) {
            found.push_back(entry.folder);
        }
    }
}

/// In the order in which they are examined: those at work as before, then new ones, unless plugins.order says
/// otherwise.
Folders foldersOf(const DiscoverySettings& settings, const PluginSet& previous) {
    Folders folders;
    auto& found = folders.found;
    for (const auto& directory : settings.directories) {
        if (const auto here = foldersIn(directory)) {
            found.insert(found.end(), here->begin(), here->end());
        } else if (here.error().code() == base::Code::exhausted) {
            folders.unread = here.error().text();
            addKnown(found, directory, previous);
        }
    }
    std::ranges::stable_sort(found, {}, [&](const path& folder) {
        const std::string id = folder.filename().string();
        const PluginEntry* before = previous.working(id);
        return std::pair(placeOf(id, settings), before == nullptr ? std::ptrdiff_t(previous.entries().size())
                                                                  : before - previous.entries().data());
    });
    return folders;
}

admission::GateRules rulesOf(const DiscoverySettings& settings) {
    admission::GateRules rules{settings.allowed, settings.trust, {}, settings.trustedKeys};
    for (const auto& [id, plugin] : settings.plugins) {
        if (!plugin.sha256.empty()) {
            rules.pins[id] = plugin.sha256;
        }
    }
    return rules;
}

/// Whether a plugin that was admitted before may stay. Its old pin is still good: the new one names its successor.
bool staysTrusted(const PluginEntry& before, const PluginSet& previous, const DiscoverySettings& settings) {
    const auto now = settings.plugins.find(before.id);
    const bool pinned =
        settings.trust == Trust::pinned || (now != settings.plugins.end() && !now->second.sha256.empty());
    const bool sameKeys = previous.trust() == Trust::signature && previous.keys() == settings.trustedKeys;
    return (!pinned || before.pinned) && (settings.trust != Trust::signature || sameKeys);
}

hosting::Check checkIsolation(const admission::Manifest& manifest, Isolation isolation) {
    const std::string section = "[plugin." + manifest.id + "] isolation = ";
    if (manifest.program && isolation == Isolation::inProcess) {
        return hosting::Refusal{hosting::reason::isolationUnsuitable,
                                "a program cannot run in the agent: " + section + "process or per_call"};
    }
    if (manifest.promises(AIP_EXT_DYNAMIC_TOOLS) && isolation == Isolation::perCall) {
        return hosting::Refusal{hosting::reason::toolsNeedProcess,
                                "with a process for each call its tools of run time would end with the call: " +
                                    section + "process or in_process"};
    }
    return {};
}

/// One run over the folders.
class Discovery {
  public:
    Discovery(const DiscoverySettings& settings, const PluginSet& previous, const SlotFactory& makeSlot)
        : _settings(settings),
          _previous(previous),
          _makeSlot(makeSlot),
          _folders(foldersOf(settings, previous)),
          _gate(withKeeper(rulesOf(settings))) {}

    PluginSet run() {
        for (const auto& folder : _folders.found) {
            if (!keepSettled([&](const PluginEntry& each) { return !each.isServer && each.folder == folder; })) {
                settle(examine(folder), folder.filename().string());
            }
        }
        for (const auto& [name, server] : _settings.servers) {
            if (!keepSettled([&, &id = name](const PluginEntry& each) { return each.isServer && each.id == id; })) {
                settle(examineServer(name, server), name);
            }
        }
        listMissing();
        return {std::move(_entries), _settings.trust, _settings.trustedKeys, _folders.unread};
    }

  private:
    admission::GateRules withKeeper(admission::GateRules rules) {
        rules.keeper = [this](const std::string& id, const admission::ToolManifest& tool) { return keeper(id, tool); };
        return rules;
    }

    /// The plugin at work that offers this tool and stays, unless plugins.order puts `id` before it.
    std::string keeper(const std::string& id, const admission::ToolManifest& tool) {
        if (!_atWork) {
            _atWork.emplace(_previous);
        }
        const auto& offers = _atWork->of(tool);
        const PluginEntry* before = _previous.working(id);
        const auto isOwn = [&](const auto& offer) { return offer.entry == before && !offer.dynamic; };
        if (std::ranges::any_of(offers, isOwn)) {
            return {};
        }
        const auto keeps = [&](const auto& offer) {
            return (offer.dynamic || !isExamined(offer.entry->id)) && goesBefore(*offer.entry, id);
        };
        const auto first = std::ranges::find_if(offers, keeps);
        return first == offers.end() ? std::string() : first->entry->id;
    }

    bool goesBefore(const PluginEntry& entry, const std::string& id) const {
        return entry.id != id && placeOf(id, _settings) >= placeOf(entry.id, _settings) &&
               _previous.working(entry.id) == &entry && stays(entry.id);
    }

    bool stays(const std::string& id) const {
        const bool here =
            std::ranges::any_of(_folders.found, [&](const path& folder) { return folder.filename() == id; });
        const auto server = _settings.servers.find(id);
        const bool wanted = server == _settings.servers.end() ? here && settingsOf(id).enabled : server->second.enabled;
        return wanted &&
               (_settings.allowed.empty() || std::ranges::find(_settings.allowed, id) != _settings.allowed.end());
    }

    /// Then the gate knows what it offers now.
    bool isExamined(const std::string& id) const {
        return std::ranges::find(_entries, id, &PluginEntry::id) != _entries.end();
    }

    void settle(PluginEntry entry, const std::string& id) {
        const PluginEntry* before = entry.refusal ? _previous.working(id) : nullptr;
        if (before != nullptr && staysTrusted(*before, _previous, _settings)) {
            keepInstead(*before, entry);
        }
        _report.examined(entry);
        _atWork.reset();
        _entries.push_back(std::move(entry));
    }

    /// If only what was short counts: takes over what the previous run has decided about the entry that `isIt`.
    /// False if there is nothing to take over.
    template <typename IsIt>
    bool keepSettled(IsIt isIt) {
        const auto found = std::ranges::find_if(_previous.entries(), isIt);
        if (!_settings.onlyWhatWasShort || found == _previous.entries().end() || found->isShort()) {
            return false;
        }
        if (found->slot) {
            static_cast<void>(_gate.retain(found->slot->manifest(), found->folder));
        }
        _entries.push_back(*found);
        return true;
    }

    PluginEntry examine(const path& folder) {
        PluginEntry entry;
        entry.folder = folder;
        entry.id = folder.filename().string();
        const PluginSettings own = settingsOf(entry.id);
        if (!own.enabled) {
            return entry;
        }
        entry.pinned = !own.sha256.empty();
        entry.settings = slotSettingsOf(entry.id);
        admission::Candidate candidate = _gate.examine(folder);
        entry.refusal = std::move(candidate.refusal);
        if (candidate.manifest) {
            entry.id = candidate.manifest->id;
            entry.version = candidate.manifest->version;
            entry.tools = candidate.manifest->tools;
            entry.leftOut = candidate.manifest->leftOut;
        }
        if (entry.refusal) {
            return entry;
        }
        if (auto done = giveSlot(entry, std::move(candidate), own.values); !done) {
            entry.refusal = std::move(done).error();
        }
        return entry;
    }

    PluginEntry examineServer(const std::string& name, const ServerSettings& server) {
        PluginEntry entry;
        entry.id = name;
        entry.isServer = true;
        entry.folder = server.spec.folder;
        if (!server.enabled) {
            return entry;
        }
        entry.settings = slotSettingsOf(name);
        entry.settings.isolation = Isolation::process;
        entry.settings.startTimeout = server.startTimeout;
        if (auto kept = keepTools(entry, server); !kept) {
            entry.refusal = std::move(kept).error();
            return entry;
        }
        admission::Candidate candidate = _gate.examineServer(manifestOf(name, server));
        entry.version = candidate.manifest->version;
        entry.refusal = std::move(candidate.refusal);
        if (entry.refusal) {
            return entry;
        }
        if (auto done = makeSlot(entry, std::move(candidate)); !done) {
            entry.refusal = std::move(done).error();
        }
        return entry;
    }

    hosting::Check giveSlot(PluginEntry& entry, admission::Candidate candidate,
                            const std::map<std::string, base::SettingText>& values) const {
        auto json = admission::settingsJson(candidate.manifest->settingsSchema, values);
        if (!json) {
            return hosting::Refusal{hosting::reason::settingsInvalid,
                                    "[plugin." + entry.id + "] " + json.error().text()};
        }
        entry.settings.configJson = *std::move(json);
        if (auto suits = checkIsolation(*candidate.manifest, entry.settings.isolation); !suits) {
            return suits;
        }
        if (auto given = giveFolders(entry); !given) {
            return given;
        }
        return makeSlot(entry, std::move(candidate));
    }

    hosting::Check makeSlot(PluginEntry& entry, admission::Candidate candidate) const {
        const PluginEntry* before = _previous.working(entry.id);
        if (before != nullptr && before->slot->manifest() == *candidate.manifest &&
            before->settings == entry.settings && !_settings.restarted.contains(entry.id)) {
            entry.slot = before->slot;
            entry.slot->revive();
            return {};
        }
        auto slot = _makeSlot(*std::move(candidate.manifest), std::move(candidate.library), entry.settings);
        auto started = before != nullptr && !entry.isServer ? slot->start() : hosting::Check();
        if (started) {
            entry.slot = std::move(slot);
        }
        return started;
    }

    hosting::Check giveFolders(PluginEntry& entry) const {
        std::error_code failed;
        entry.settings.host[AIP_HOST_PLUGIN_DIR] = std::filesystem::canonical(entry.folder, failed).string();
        if (_settings.state.empty()) {
            return {};
        }
        const auto folder = stateFolder(_settings.state, entry.id, entry.settings.process.confinement.user);
        if (folder) {
            entry.settings.host[AIP_HOST_STATE_DIR] = folder->string();
        } else if (folder.error().code() == base::Code::exhausted) {
            return hosting::Refusal{hosting::reason::shortage, "the folder for its state: " + folder.error().text()};
        } else {
            entry.stateless = folder.error().text();
        }
        return {};
    }

    /// Without a folder it starts at once; only during a shortage is it kept out until that can be looked at.
    hosting::Check keepTools(PluginEntry& entry, const ServerSettings& server) const {
        if (!server.lazy || _settings.state.empty()) {
            return {};
        }
        const auto folder = serversFolder(_settings.state);
        if (folder) {
            entry.settings.keptTools = *folder / (entry.id + ".tools");
        } else if (folder.error().code() == base::Code::exhausted) {
            return hosting::Refusal{hosting::reason::shortage, "the folder for its tools: " + folder.error().text()};
        } else {
            entry.stateless = folder.error().text();
        }
        return {};
    }

    /// The plugin of the previous set stays in the place of a refused one.
    void keepInstead(const PluginEntry& before, PluginEntry& entry) {
        if (_gate.retain(before.slot->manifest(), entry.folder)) {
            auto why = std::move(entry.refusal);
            entry = before;
            entry.update = std::move(why);
        }
    }

    void listMissing() {
        for (const auto& [id, plugin] : _settings.plugins) {
            const bool listed = std::ranges::any_of(_entries, [&id = id](const PluginEntry& entry) {
                return entry.id == id || entry.folder.filename() == id;
            });
            if (!listed && plugin.enabled) {
                PluginEntry entry;
                entry.id = id;
                entry.refusal = hosting::Refusal{hosting::reason::manifestMissing,
                                                 "there is no folder '" + id + "' in the plugin directories"};
                _entries.push_back(std::move(entry));
            }
        }
    }

    PluginSettings settingsOf(const std::string& id) const {
        const auto found = _settings.plugins.find(id);
        return found == _settings.plugins.end() ? PluginSettings() : found->second;
    }

    SlotSettings slotSettingsOf(const std::string& id) const {
        const auto own = _settings.slots.find(id);
        return own == _settings.slots.end() ? _settings.slot : own->second;
    }

    const DiscoverySettings& _settings;
    const PluginSet& _previous;
    const SlotFactory& _makeSlot;
    const Folders _folders;
    std::optional<ToolsAtWork> _atWork;  ///< for the examination of one plugin
    admission::Gate _gate;
    DiscoveryReport _report{_previous};
    std::vector<PluginEntry> _entries;
};

}  // namespace

base::Result<std::vector<path>> foldersIn(const path& directory) {
    std::vector<path> found;
    std::error_code failed;
    for (std::filesystem::directory_iterator at(directory, failed), end; !failed && at != end; at.increment(failed)) {
        std::error_code unreadable;
        const bool leadsNowhere = at->is_symlink(unreadable) && !at->exists(unreadable);  // the gate says so
        if ((at->is_directory(unreadable) || leadsNowhere) && !at->path().filename().string().starts_with('.')) {
            found.push_back(at->path());
        }
    }
    if (failed) {
        return base::Error(base::isShortage(failed.value()) ? base::Code::exhausted : base::Code::notFound,
                           directory.string() + ": " + failed.message());
    }
    std::ranges::sort(found);
    return found;
}

PluginSet discoverPlugins(const DiscoverySettings& settings, const PluginSet& previous, const SlotFactory& makeSlot) {
    return Discovery(settings, previous, makeSlot).run();
}

}  // namespace aip::plugins
