#include "plugins/registry.h"

#include "admission/settings_json.h"
#include "base/log.h"

#include <algorithm>
#include <system_error>
#include <utility>

namespace aip::plugins {
namespace {

bool works(const PluginEntry* entry) {
    return entry != nullptr && !isBeyondUse(entry->slot->state());
}

/// Puts the plugin of before into the place of a refused one.
void goOnWith(const PluginEntry& before, admission::Gate& gate, PluginEntry& entry) {
    if (!gate.retain(before.slot->manifest(), entry.folder)) {
        return;
    }
    auto why = std::move(entry.refusal);
    entry = before;
    entry.update = std::move(why);
}

void report(const PluginEntry& entry) {
    if (entry.refusal) {
        base::log::warn("plugin {}: refused: {}", entry.id, entry.reason());
    } else if (entry.update) {
        base::log::error("plugin {}: what is in {} is refused, version {} goes on: {}", entry.id, entry.folder.string(),
                         entry.version, entry.update->line());
    }
}

}  // namespace

std::string PluginEntry::state() const {
    if (refusal) {
        return "refused";
    }
    return slot ? std::string(name(slot->state())) : "disabled";
}

std::string PluginEntry::reason() const {
    if (refusal) {
        return refusal->line();
    }
    std::string why = slot ? slot->reason() : std::string();
    return why.empty() && update ? update->line() : why;
}

Registry::Registry(RegistrySettings settings, SlotFactory makeSlot)
    : _settings(std::move(settings)), _makeSlot(std::move(makeSlot)) {}

admission::GateRules Registry::rules() const {
    admission::GateRules rules{_settings.allowed, _settings.trust, {}, _settings.trustedKeys};
    for (const auto& [id, plugin] : _settings.plugins) {
        if (!plugin.sha256.empty()) {
            rules.pins[id] = plugin.sha256;
        }
    }
    return rules;
}

void Registry::replace(const Registry& previous) {
    admission::Gate gate(rules());
    for (const auto& folder : folders()) {
        const PluginEntry* before = previous.find(folder.filename().string());
        PluginEntry entry = examine(gate, folder, before);
        if (entry.refusal && works(before) && trusts(*before, previous._settings)) {
            goOnWith(*before, gate, entry);
        }
        _entries.push_back(std::move(entry));
    }
    listMissing();
    for (const PluginEntry& entry : _entries) {
        report(entry);
    }
}

const PluginEntry* Registry::find(const std::string& id) const {
    const auto found = std::ranges::find_if(
        _entries, [&](const PluginEntry& entry) { return entry.id == id && entry.slot != nullptr; });
    return found == _entries.end() ? nullptr : &*found;
}

/// Whether what was admitted before by the settings of `then` may stay. A pin names what is to come: what was pinned
/// before is as good as it was.
bool Registry::trusts(const PluginEntry& before, const RegistrySettings& then) const {
    const auto now = _settings.plugins.find(before.id);
    const bool pinned =
        _settings.trust == admission::Trust::pinned || (now != _settings.plugins.end() && !now->second.sha256.empty());
    const bool sameKeys = then.trust == admission::Trust::signature && then.trustedKeys == _settings.trustedKeys;
    return (!pinned || !before.settings.sha256.empty()) && (_settings.trust != admission::Trust::signature || sameKeys);
}

std::vector<std::filesystem::path> Registry::folders() const {
    std::vector<std::filesystem::path> found;
    for (const auto& directory : _settings.directories) {
        std::vector<std::filesystem::path> here;
        std::error_code failed;
        for (std::filesystem::directory_iterator at(directory, failed), end; !failed && at != end;
             at.increment(failed)) {
            std::error_code unreadable;
            if (at->is_directory(unreadable) && !at->path().filename().string().starts_with('.')) {
                here.push_back(at->path());
            }
        }
        if (failed) {
            base::log::warn("plugin directory {}: {}", directory.string(), failed.message());
        }
        std::ranges::sort(here);
        found.insert(found.end(), here.begin(), here.end());
    }
    std::ranges::stable_sort(found, {}, [this](const std::filesystem::path& folder) {
        return std::ranges::find(_settings.order, folder.filename().string()) - _settings.order.begin();
    });
    return found;
}

PluginEntry Registry::examine(admission::Gate& gate, const std::filesystem::path& folder,
                              const PluginEntry* before) const {
    PluginEntry entry;
    entry.folder = folder;
    entry.id = folder.filename().string();
    if (const auto found = _settings.plugins.find(entry.id); found != _settings.plugins.end()) {
        entry.settings = found->second;
    }
    const auto own = _settings.slots.find(entry.id);
    entry.slotSettings = own == _settings.slots.end() ? _settings.slot : own->second;
    if (!entry.settings.enabled) {
        return entry;
    }
    admission::Candidate candidate = gate.examine(folder);
    entry.refusal = std::move(candidate.refusal);
    if (candidate.manifest) {
        entry.id = candidate.manifest->id;
        entry.version = candidate.manifest->version;
        entry.tools = candidate.manifest->tools;
    }
    if (!entry.refusal) {
        settle(entry, std::move(candidate), before);
    }
    return entry;
}

/// Gives an admitted plugin its slot.
void Registry::settle(PluginEntry& entry, admission::Candidate candidate, const PluginEntry* before) const {
    auto json = admission::settingsJson(candidate.manifest->settingsSchema, entry.settings.values);
    if (!json) {
        entry.refusal =
            hosting::Refusal{hosting::reason::settingsInvalid, "[plugin." + entry.id + "] " + json.error().text()};
        return;
    }
    entry.slotSettings.configJson = *std::move(json);
    if (works(before) && before->slot->manifest() == *candidate.manifest &&
        before->slotSettings == entry.slotSettings) {
        entry.slot = before->slot;
        return;
    }
    auto slot = _makeSlot(*std::move(candidate.manifest), std::move(candidate.library), entry.slotSettings);
    if (auto started = works(before) ? slot->start() : hosting::Check(); !started) {
        entry.refusal = std::move(started).error();
    } else {
        entry.slot = std::move(slot);
    }
}

void Registry::listMissing() {
    for (const auto& plugin : _settings.plugins) {
        const std::string& id = plugin.first;
        const bool listed = std::ranges::any_of(
            _entries, [&](const PluginEntry& entry) { return entry.id == id || entry.folder.filename() == id; });
        if (!listed && plugin.second.enabled) {
            PluginEntry entry;
            entry.id = id;
            entry.refusal = hosting::Refusal{hosting::reason::manifestMissing,
                                             "there is no folder '" + id + "' in the plugin directories"};
            _entries.push_back(std::move(entry));
        }
    }
}

std::vector<std::shared_ptr<Slot>> Registry::slots() const {
    std::vector<std::shared_ptr<Slot>> found;
    for (const PluginEntry& entry : _entries) {
        if (entry.slot) {
            found.push_back(entry.slot);
        }
    }
    return found;
}

bool Registry::stopAll(std::chrono::milliseconds limit) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    bool clean = true;
    for (const auto& slot : slots()) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        clean = slot->stop(std::max(left, std::chrono::milliseconds(1))) && clean;
    }
    return clean;
}

}  // namespace aip::plugins
