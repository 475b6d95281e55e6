#include "app/named_sections.h"

#include "app/plugin_trust.h"
#include "app/setting_keys.h"
#include "app/setting_values.h"

#include <algorithm>

namespace aip::app {

using base::Result;
using base::SettingText;
using execution::Profile;

namespace {

std::string keyOf(const std::string& profile, const char* name) {
    return std::string(profileFamily) + profile + "." + name;
}

/// Where the section is written: at any of its keys.
std::string originOf(const std::string& profile, const EffectiveValues& written) {
    const std::string start = keyOf(profile, "");
    const auto first = written.lower_bound(start);
    return first != written.end() && first->first.starts_with(start) ? first->second.origin : "";
}

bool serveTheSame(const Profile& one, const Profile& other) {
    return one.agent == other.agent && one.root == other.root;
}

}  // namespace

Result<void> ProfileSections::set(const std::string& key, const SettingText& value) {
    const std::string name = lastPart(key);
    Profile& profile = _profiles[memberOf(key, profileFamily)];
    if (name == "agent") {
        return values::identifier(profile.agent, value);
    }
    if (name == "root") {
        return values::identifier(profile.root, value);
    }
    return values::list(name == "action" ? profile.actions : profile.dataCollections, value);
}

std::vector<Profile> ProfileSections::profiles(const EffectiveValues& written, Findings& findings) const {
    std::vector<Profile> all;
    for (const auto& [name, profile] : _profiles) {
        const std::string origin = originOf(name, written);
        const auto same = std::ranges::find_if(
            all, [&profile = profile](const Profile& each) { return serveTheSame(each, profile); });
        if (profile.agent.empty()) {
            if (!findings.haveError(keyOf(name, "agent"))) {
                findings.add({Found::invalidValue, origin, "", keyOf(name, "agent") + " is missing"});
            }
        } else if (same != all.end()) {
            findings.add(
                {Found::idleProfile, origin, "",
                 "[profile." + name + "] has no effect: [profile." + same->name + "] is for the same agent and root"});
        } else if (profile.actions.empty() && profile.dataCollections.empty()) {
            findings.add({Found::idleProfile, origin, "", "[profile." + name + "] offers nothing"});
        }
        all.push_back(profile);
        all.back().name = name;
    }
    if (all.empty()) {
        all.push_back({std::string(execution::anyAgent), std::string(execution::defaultRoot), {}, {}, true, "all"});
    }
    return all;
}

Result<void> PluginSections::set(Settings& settings, const std::string& key, const SettingText& value) {
    const auto [id, name] = pluginKey(key, _installed);
    auto& plugin = settings.discovery.plugins[id];
    if (name == "enabled") {
        return values::boolean(plugin.enabled, value);
    }
    if (name == "load") {
        if (value.one && *value.one == "start") {
            settings.startedAtOnce.insert(id);
        }
        return values::oneOf(value, {"lazy", "start"});
    }
    if (name == "sha256") {
        return value.one ? setPin(plugin, *value.one) : value.one.error();
    }
    if (const auto* row = findSetting("plugins." + name); row != nullptr && row->scope() == Scope::plugin) {
        _slotValues[id].emplace_back(row, value);
        plugins::SlotSettings scratch;
        return row->apply(scratch, value);
    }
    if (!value.one && !value.list) {
        return value.list.error();  // each value is a list of one
    }
    plugin.values.insert_or_assign(name, value);  // checked against the plugin's manifest
    return {};
}

void PluginSections::complete(Settings& settings) const {
    for (const auto& [id, values] : _slotValues) {
        auto& slot = settings.slots[id] = settings.slot;
        for (const auto& [row, value] : values) {
            static_cast<void>(row->apply(slot, value));  // tried before
        }
    }
}

}  // namespace aip::app
