#include "app/plugin_report.h"

#include "app/agent.h"
#include "app/limit_sections.h"
#include "app/passing_folder.h"
#include "app/profile_findings.h"
#include "app/setting_keys.h"
#include "base/guarded.h"
#include "base/log.h"
#include "base/printable.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aip::app {
namespace {

std::string keysOf(const std::vector<admission::ToolManifest>& tools) {
    std::string keys;
    for (const auto& tool : tools) {
        keys += (keys.empty() ? "" : ", ") + tool.key();
    }
    return keys;
}

/// Those that it has at run time come last.
std::string toolKeys(const plugins::PluginEntry& entry, const std::string& dynamic) {
    const std::string declared = keysOf(entry.tools);
    const std::string all = declared + (declared.empty() || dynamic.empty() ? "" : ", ") + dynamic;
    return all.empty() ? "-" : all;
}

std::string row(std::string_view id, std::string_view version, std::string_view state, std::string_view tools) {
    return fmt::format("{:<24} {:<10} {:<9} {}\n", base::printable(id, 255), version, state, tools);
}

std::string line(const plugins::PluginEntry& entry) {
    const bool usable = entry.slot && entry.slot->state() == plugins::SlotState::running;
    const std::string state = usable ? "ok" : entry.slot ? "refused" : entry.state();
    const std::string dynamic = usable ? keysOf(entry.slot->dynamicTools()) : "";
    std::string text = row(entry.id, entry.version.empty() ? "-" : entry.version, state, toolKeys(entry, dynamic));
    if (usable) {
        const std::string measures = entry.measures().text();
        text += fmt::format("    kind: {}\n", entry.slot->manifest().kind());
        text += dynamic.empty() ? "" : fmt::format("    listed at run time: {}\n", dynamic);
        text += fmt::format("    isolation: {}{}{}\n", name(entry.settings.isolation), measures.empty() ? "" : "; ",
                            measures);
    }
    if (state == "refused") {
        text += fmt::format("    {}\n", entry.reason());
    }
    for (const auto& left : entry.leftOut) {
        text += fmt::format("    left out: {}\n", left);
    }
    return text;
}

/// The settings say so: they are disabled, not there, or have wrong settings.
bool isFoundBefore(const plugins::PluginEntry& entry) {
    return entry.state() == "disabled" || entry.folder.empty() ||
           (entry.refusal && entry.refusal->code == hosting::reason::settingsInvalid);
}

/// Whom plugins.allow leaves out is left out on purpose.
Severity severityOf(const plugins::PluginEntry& entry) {
    const bool wanted = entry.refusal && entry.refusal->code == hosting::reason::notAllowed;
    return wanted ? Severity::note : Severity::finding;
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
        {reason::startTimeout, {"plugins.start_timeout"}},
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
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
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

/// The written key of [plugin.ID] that the plugin speaks of: in quotes rather than not, then the longest.
std::string spokenOf(const std::string& id, const std::string& text, const Settings& settings) {
    const bool isServer = settings.discovery.servers.contains(id);
    const std::string start = std::string(isServer ? serverFamily : pluginFamily) + id + ".";
    std::pair<bool, std::size_t> best{false, 0};
    std::string found;
    for (auto at = settings.origins.lower_bound(start); at != settings.origins.end(); ++at) {
        const std::string name = at->first.starts_with(start) ? at->first.substr(start.size()) : "";
        const std::pair rank(text.find("'" + name + "'") != std::string::npos, name.size());
        if (!name.empty() && mentions(text, name) && rank > best) {
            best = rank;
            found = at->first;
        }
    }
    return found;
}

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

/// A server without its program is found by its settings.
bool isToldBefore(const plugins::PluginEntry& entry, const Settings& settings) {
    const std::string command = std::string(serverFamily) + entry.id + ".command";
    return codeOf(entry.reason()) == hosting::reason::entryMissing &&
           std::ranges::any_of(settings.findings.all(), [&](const Finding& each) { return each.key == command; });
}

constexpr std::string_view settingStart = "setting '";

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
    const Severity severity = severityOf(entry);
    if (severity == Severity::note) {
        return {severity, "", "", text};
    }
    if (const std::string key = blamedKey(entry, reason, settings); !key.empty()) {
        const bool renamed = codeOf(reason) == hosting::reason::idDuplicate && key.starts_with(serverFamily);
        return {severity, settings.originOf(key), key, text, renamed ? "give the section another name" : ""};
    }
    // The plugin does not say which: one of its own, if there are any.
    const bool started = codeOf(reason) == hosting::reason::startFailed;
    const std::string origin = started ? settings.originOfPlugin(entry.id) : "";
    return {severity, origin, "", (origin.empty() ? "" : "[plugin." + entry.id + "] ") + text};
}

/// What plugins warn of while they start: "plugin ID: setting 'KEY': ..." is a finding about that key. While it lives,
/// the log goes nowhere else.
class SettingWarnings {
  public:
    SettingWarnings() {
        base::log::setSink(base::log::Level::warn, [lines = _lines](base::log::Level level, std::string_view line) {
            if (level == base::log::Level::warn) {  // errors are why it does not start
                lines->with([line](auto& all) { all.emplace_back(line); });
            }
        });
    }
    ~SettingWarnings() { base::log::setSink(base::log::Level::error, {}); }
    SettingWarnings(const SettingWarnings&) = delete;
    SettingWarnings& operator=(const SettingWarnings&) = delete;

    void addTo(Findings& findings, const Settings& settings) const {
        constexpr std::string_view pluginStart = "plugin ";
        for (const auto& line : _lines->with([](const auto& all) { return all; })) {
            const auto end = line.find(": ");  // of the id; a trial says it with more words in between
            const auto at = end == std::string::npos ? end : end + 2;
            if (line.starts_with(pluginStart) && at != std::string::npos && line.substr(at).starts_with(settingStart)) {
                const std::string id = line.substr(pluginStart.size(), end - pluginStart.size());
                const std::string key = spokenOf(id, line.substr(at), settings);
                findings.add({Severity::finding, settings.originOf(key), key, line});
            }
        }
    }

  private:
    using Lines = base::Guarded<std::vector<std::string>>;
    const std::shared_ptr<Lines> _lines = std::make_shared<Lines>();
};

/// Plugins keep their state there while they are looked at: nothing is made in the real place, which a running agent
/// may use.
Settings withStateIn(const PassingFolder& folder, Settings settings) {
    settings.stateDirectory = folder.path().empty() ? "/dev/null" : folder.path().string();
    return settings;
}

}  // namespace

PluginReport reportPlugins(const Settings& settings) {
    const SettingWarnings warnings;
    const PassingFolder state;
    const Settings looked = withStateIn(state, settings);
    const auto found = discoverPlugins(looked);
    PluginReport report;
    std::set<std::string> told;  ///< the same reason is mostly that of all
    report.table = row("PLUGIN", "VERSION", "STATE", "TOOLS");
    for (const auto& slot : found.slots()) {
        slot->startSoon();  // side by side
    }
    for (const auto& entry : found.entries()) {
        const bool started = entry.slot && entry.slot->start();
        report.table += line(entry);
        if (!started && !isFoundBefore(entry) && !isToldBefore(entry, settings)) {
            for (const auto& reason : reasonsIn(entry.reason())) {
                report.findings.add(refusalOf(entry, reason, settings));
            }
        }
        if (!entry.stateless.empty() && told.insert(entry.stateless).second) {
            report.findings.add(
                {Severity::note, "", "", "plugin " + entry.id + ": has no folder for its state: " + entry.stateless});
        }
        for (const auto& tool : entry.leftOut) {
            report.findings.add({Severity::finding, "", "", "plugin " + entry.id + ": left out: " + tool});
        }
    }
    warnings.addTo(report.findings, settings);
    auto tools = execution::ToolTable::build(found.slots());
    report.findings.add(limitFindings(settings, tools));
    report.findings.add(profileFindings(execution::remarksOn({settings.profiles, std::move(tools)}), settings));
    plugins::stopAll(found.slots(), settings.pluginStartTimeout);
    return report;
}

}  // namespace aip::app
