#include "plugins/registry.h"

#include "base/log.h"
#include "plugins/settings_json.h"

#include <algorithm>
#include <system_error>
#include <utility>

namespace aip::plugins {

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
    return slot ? slot->reason() : std::string();
}

Registry::Registry(RegistrySettings settings, SlotFactory makeSlot)
    : _settings(std::move(settings)), _makeSlot(std::move(makeSlot)) {}

GateRules Registry::rules() const {
    GateRules rules{_settings.allowed, _settings.trust, {}, _settings.trustedKeys};
    for (const auto& [id, plugin] : _settings.plugins) {
        if (!plugin.sha256.empty()) {
            rules.pins[id] = plugin.sha256;
        }
    }
    return rules;
}

void Registry::discover() {
    Gate gate(rules());
    for (const auto& folder : folders()) {
        admit(gate, folder);
    }
    listMissing();
    for (const PluginEntry& entry : _entries) {
        if (entry.refusal) {
            base::log::warn("plugin {} refused: {}", entry.id, entry.reason());
        }
    }
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

void Registry::admit(Gate& gate, const std::filesystem::path& folder) {
    PluginEntry entry;
    entry.folder = folder;
    entry.id = folder.filename().string();
    const auto found = _settings.plugins.find(entry.id);
    const PluginSettings settings = found == _settings.plugins.end() ? PluginSettings() : found->second;
    if (settings.enabled) {
        Candidate candidate = gate.examine(folder);
        entry.refusal = std::move(candidate.refusal);
        if (candidate.manifest) {
            entry.id = candidate.manifest->id;
            entry.version = candidate.manifest->version;
            entry.tools = candidate.manifest->tools;
        }
        if (!entry.refusal) {
            auto json = settingsJson(candidate.manifest->settingsSchema, settings.values);
            if (json) {
                entry.slot = _makeSlot(*std::move(candidate.manifest), std::move(candidate.library), *std::move(json));
            } else {
                entry.refusal = Refusal{reason::settingsInvalid, "[plugin." + entry.id + "] " + json.error().text()};
            }
        }
    }
    _entries.push_back(std::move(entry));
}

void Registry::listMissing() {
    for (const auto& plugin : _settings.plugins) {
        const std::string& id = plugin.first;
        const bool listed = std::ranges::any_of(
            _entries, [&](const PluginEntry& entry) { return entry.id == id || entry.folder.filename() == id; });
        if (!listed && plugin.second.enabled) {
            PluginEntry entry;
            entry.id = id;
            entry.refusal =
                Refusal{reason::manifestMissing, "there is no folder '" + id + "' in the plugin directories"};
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
