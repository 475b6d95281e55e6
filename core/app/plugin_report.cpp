#include "app/plugin_report.h"

#include "app/agent.h"
#include "app/limit_sections.h"
#include "app/passing_folder.h"
#include "app/plugin_findings.h"
#include "app/plugin_setup.h"
#include "app/profile_findings.h"
#include "base/guarded.h"
#include "base/log.h"
#include "base/printable.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
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

/// What a plugin, or a stranger's folder, has said in it, in one line.
std::string shown(std::string_view text) {
    return base::printable(text, text.size());
}

std::string row(std::string_view id, std::string_view version, std::string_view state, std::string_view tools) {
    return fmt::format("{:<24} {:<10} {:<9} {}\n", base::printable(id, 255), version, state, shown(tools));
}

std::string line(const plugins::PluginEntry& entry) {
    const bool usable = entry.slot && entry.slot->state() == plugins::SlotState::running;
    const std::string state = usable ? "ok" : entry.slot ? "refused" : entry.state();
    const std::string dynamic = usable ? keysOf(entry.slot->dynamicTools()) : "";
    std::string text = row(entry.id, entry.version.empty() ? "-" : entry.version, state, toolKeys(entry, dynamic));
    if (usable) {
        const std::string measures = entry.measures().text();
        text += fmt::format("    kind: {}\n", entry.slot->manifest().kind());
        text += dynamic.empty() ? "" : fmt::format("    listed at run time: {}\n", shown(dynamic));
        text += fmt::format("    isolation: {}{}{}\n", name(entry.settings.isolation), measures.empty() ? "" : "; ",
                            shown(measures));
    }
    if (state == "refused") {
        text += fmt::format("    {}\n", shown(entry.reason()));
    }
    for (const auto& left : entry.leftOut) {
        text += fmt::format("    left out: {}\n", shown(left));
    }
    return text;
}

/// A tool of a plugin that lists them at run time. That the setting `pin` does not name it may be meant.
bool isLeftOutTool(std::string_view text) {
    const bool ofATool = text.starts_with("a tool ") || text.starts_with("the tool at ") || text.starts_with("tool '");
    return ofATool && text.find(" is left out: ") != std::string_view::npos &&
           text.find(" is left out: setting '") == std::string_view::npos;
}

/// What plugins warn of while they start: "plugin ID: setting 'KEY': ..." is a finding about that key, and a tool that
/// is left out is one, too. While it lives, the log goes nowhere else.
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
            if (!line.starts_with(pluginStart) || at == std::string::npos) {
                continue;
            }
            if (isLeftOutTool(std::string_view(line).substr(at))) {
                findings.add({Found::leftOutTool, "", "", line});
            } else if (line.substr(at).starts_with(settingStart)) {
                const std::string id = line.substr(pluginStart.size(), end - pluginStart.size());
                const std::string key = spokenOf(id, line.substr(at), settings);
                findings.add({Found::pluginWarns, settings.originOf(key), key, line});
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
        if (!started) {
            report.findings.add(pluginFindings(entry, settings));
        }
        if (!entry.stateless.empty() && told.insert(entry.stateless).second) {
            report.findings.add({Found::statelessPlugin, "", "",
                                 "plugin " + entry.id + ": has no folder for its state: " + entry.stateless});
        }
        report.findings.add(toolFindings(entry));
    }
    warnings.addTo(report.findings, settings);
    auto tools = execution::ToolTable::build(found.slots());
    report.findings.add(limitFindings(settings, tools));
    report.findings.add(profileFindings(
        execution::remarksOn({settings.profiles, std::move(tools)}, {}, !settings.mcpServer.only), settings));
    plugins::stopAll(found.slots(), settings.pluginStartTimeout);
    return report;
}

}  // namespace aip::app
