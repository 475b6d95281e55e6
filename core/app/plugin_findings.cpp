#include "app/plugin_findings.h"

#include "app/setting_keys.h"
#include "base/ascii.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace aip::app {
namespace {

/// The settings say so: they are disabled, not there, or have wrong settings.
bool isFoundBefore(const plugins::PluginEntry& entry) {
    return entry.state() == "disabled" || entry.folder.empty() ||
           (entry.refusal && entry.refusal->code == hosting::reason::settingsInvalid);
}

/// Whom plugins.allow leaves out is left out on purpose.
bool isLeftOut(const plugins::PluginEntry& entry) {
    return entry.refusal && entry.refusal->code == hosting::reason::notAllowed;
}

/// The settings to which a refusal may be due, in the order in which they are looked for; ID stands for the plugin's.
struct BlameRow {
    std::string_view reason;
    std::vector<std::string> keys;
    std::string_view words{};  ///< that stand in the text of the refusal
};

const std::vector<BlameRow>& blameRows() {
    namespace reason = hosting::reason;
    static const std::vector<BlameRow> rows{
        {reason::notPinned, {"plugins.trust"}},
        {reason::programOutside, {"plugins.trust"}},
        {reason::pinMismatch, {"plugin.ID.sha256"}},
        {reason::signatureMissing, {"plugins.trust"}},
        {reason::signatureInvalid, {"plugins.trusted_keys", "plugins.trust"}},
        {reason::isolationLacking, {"plugin.ID.run_as", "plugin.ID.require", "plugins.run_as", "plugins.require"}},
        {reason::isolationUnsuitable, {"plugin.ID.isolation", "plugins.isolation"}},
        {reason::toolsNeedProcess, {"plugin.ID.isolation", "plugins.isolation"}},
        {reason::startTimeout, {"mcp.ID.start_timeout", "plugins.start_timeout"}},
        {reason::shortage, {"plugin.ID.file_limit", "plugins.file_limit"}, "descriptor"},
        {reason::shortage,
         {"plugin.ID.process_limit", "plugin.ID.memory_limit", "plugins.process_limit", "plugins.memory_limit"}},
        {reason::loadFailed, {"plugin.ID.file_limit", "plugins.file_limit"}, "Too many open files"},
        {reason::loadFailed, {"plugin.ID.memory_limit", "plugins.memory_limit"}, "failed to map"},
        {reason::loadFailed, {"plugin.ID.memory_limit", "plugins.memory_limit"}, "allocate memory"}};
    return rows;
}

/// "start-failed: text" -> "start-failed"
std::string codeOf(const std::string& reason) {
    return reason.substr(0, reason.find(": "));
}

bool isOfAName(char c) {
    return base::isLetterOrDigit(c) || c == '_';
}

/// As a word of its own.
bool mentions(std::string_view text, std::string_view name) {
    for (auto at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
        const auto end = at + name.size();
        if ((at == 0 || !isOfAName(text[at - 1])) && (end == text.size() || !isOfAName(text[end]))) {
            return true;
        }
    }
    return false;
}

}  // namespace

bool isKeptOut(const plugins::PluginEntry& entry) {
    return !entry.reason().empty() && !isLeftOut(entry);
}

std::string spokenOf(const std::string& id, const std::string& text, const Settings& settings) {
    const bool isServer = settings.discovery.servers.contains(id);
    const std::string start = std::string(isServer ? serverFamily : pluginFamily) + id + ".";
    std::pair<bool, std::size_t> best{false, 0};
    std::string found;
    for (auto at = settings.origins.lower_bound(start); at != settings.origins.end(); ++at) {
        const std::string name = at->first.starts_with(start) ? at->first.substr(start.size()) : "";
        const std::pair rank(text.find("'" + name + "'") != std::string::npos, name.size());
        const bool meant = rank.first || !isServer || name.find('_') != std::string::npos;  // not the word "start"
        if (!name.empty() && meant && mentions(text, name) && rank > best) {
            best = rank;
            found = at->first;
        }
    }
    return found;
}

namespace {

/// Where the server is named; empty: it is a plugin.
std::string keyOfServer(const std::string& id, const Settings& settings) {
    for (const char* last : {".url", ".command"}) {
        const std::string key = std::string(serverFamily) + id + last;
        if (!settings.originOf(key).empty()) {
            return key;
        }
    }
    return {};
}

/// The written key to which the refusal is due; empty: none that is known.
std::string blamedKey(const plugins::PluginEntry& entry, const std::string& reason, const Settings& settings) {
    const auto row = std::ranges::find_if(blameRows(), [&reason](const BlameRow& each) {
        return each.reason == codeOf(reason) && reason.find(each.words) != std::string::npos;
    });
    if (const std::string command = std::string(serverFamily) + entry.id + ".command";
        codeOf(reason) == hosting::reason::entryMissing && !settings.originOf(command).empty()) {
        return command;
    }
    for (std::string key : row == blameRows().end() ? std::vector<std::string>() : row->keys) {
        if (const auto at = key.find("ID"); at != std::string::npos) {
            key.replace(at, 2, entry.id);
        }
        if (!settings.originOf(key).empty()) {
            return key;
        }
    }
    std::string spoken = spokenOf(entry.id, reason, settings);
    return spoken.empty() ? keyOfServer(entry.id, settings) : spoken;
}

std::string sectionOf(const plugins::PluginEntry& entry) {
    return std::string(entry.isServer ? serverFamily : pluginFamily) + entry.id;
}

/// A server without its program is found by its settings.
bool isToldBefore(const plugins::PluginEntry& entry, const Settings& settings) {
    const std::string command = std::string(serverFamily) + entry.id + ".command";
    return codeOf(entry.reason()) == hosting::reason::entryMissing &&
           std::ranges::any_of(settings.findings.all(), [&](const Finding& each) { return each.key == command; });
}

/// A plugin that does not start may say more than one fault of its settings: "start-failed: setting 'a': ...; setting
/// 'b': ...".
std::vector<std::string> reasonsIn(const std::string& reason) {
    const std::string between = "; " + std::string(settingStart);
    const std::string code = codeOf(reason) + ": ";
    std::vector<std::string> all;
    std::size_t at = 0;
    for (auto next = reason.find(between); next != std::string::npos; next = reason.find(between, at)) {
        all.push_back((all.empty() ? "" : code) + reason.substr(at, next - at));
        at = next + 2;
    }
    all.push_back((all.empty() ? "" : code) + reason.substr(at));
    return all;
}

Finding refusalOf(const plugins::PluginEntry& entry, const std::string& reason, const Settings& settings) {
    const std::string text = "plugin " + entry.id + ": " + reason;
    if (isLeftOut(entry)) {
        return {Found::leftOutPlugin, "", "", text, sectionOf(entry)};
    }
    if (const std::string key = blamedKey(entry, reason, settings); !key.empty()) {
        const bool renamed = codeOf(reason) == hosting::reason::idDuplicate && key.starts_with(serverFamily);
        return {Found::refusedPlugin, settings.originOf(key), key,
                text + (renamed ? "; give the section another name" : ""), sectionOf(entry)};
    }
    // The plugin does not say which: one of its own, if there are any.
    const bool started = codeOf(reason) == hosting::reason::startFailed;
    const std::string origin = started ? settings.originOfPlugin(entry.id) : "";
    return {Found::refusedPlugin, origin, "", (origin.empty() ? "" : "[plugin." + entry.id + "] ") + text,
            sectionOf(entry)};
}

/// By the settings.
bool isEnabled(const plugins::PluginEntry& entry, const Settings& settings) {
    const auto& servers = settings.discovery.servers;
    const auto& plugins = settings.discovery.plugins;
    if (const auto server = servers.find(entry.id); server != servers.end()) {
        return server->second.enabled;
    }
    const auto plugin = plugins.find(entry.id);
    return plugin == plugins.end() || plugin->second.enabled;
}

bool isBroken(plugins::SlotState state) {
    using plugins::SlotState;
    return state == SlotState::restarting || state == SlotState::quarantined || state == SlotState::wedged;
}

}  // namespace

Findings pluginFindings(const plugins::PluginEntry& entry, const Settings& settings) {
    Findings findings;
    if (isFoundBefore(entry) || isToldBefore(entry, settings)) {
        return findings;
    }
    for (const auto& reason : reasonsIn(entry.reason())) {
        findings.add(refusalOf(entry, reason, settings));
    }
    return findings;
}

Findings toolFindings(const plugins::PluginEntry& entry) {
    Findings findings;
    for (const auto& tool : entry.leftOut) {
        findings.add({Found::leftOutTool, "", "", "plugin " + entry.id + ": left out: " + tool});
    }
    return findings;
}

Findings workingFindings(const std::vector<plugins::PluginEntry>& entries, const Settings& settings) {
    Findings findings;
    for (const auto& entry : entries) {
        const std::string about = "plugin " + entry.id + ": ";
        if (!entry.slot || entry.slot->state() == plugins::SlotState::failed) {
            findings.add(pluginFindings(entry, settings));
        } else if (isBroken(entry.slot->state())) {
            findings.add({Found::brokenPlugin, settings.originOfPlugin(entry.id), "",
                          about + entry.state() + (entry.reason().empty() ? "" : ": " + entry.reason()),
                          sectionOf(entry)});
        }
        if (entry.update) {
            findings.add({Found::refusedUpdate, "", "", about + entry.update->line()});
        }
        if (!entry.stateless.empty()) {
            findings.add({Found::statelessPlugin, "", "", about + "has no folder for its state: " + entry.stateless});
        }
        findings.add(toolFindings(entry));
    }
    return findings;
}

Findings disabledFindings(const std::vector<plugins::PluginEntry>& entries, const std::set<std::string>& disabled,
                          const Settings& settings) {
    Findings findings;
    for (const auto& entry : entries) {
        if (disabled.contains(entry.id) && isEnabled(entry, settings)) {
            findings.add({Found::disabledPlugin, "", "",
                          "plugin " + entry.id + ": disabled by an operator until the next start of the agent",
                          sectionOf(entry)});
        }
    }
    return findings;
}

}  // namespace aip::app
