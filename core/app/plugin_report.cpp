#include "app/plugin_report.h"

#include "app/agent.h"
#include "app/profile_findings.h"
#include "base/printable.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace aip::app {
namespace {

std::string toolKeys(const plugins::PluginEntry& entry) {
    std::string keys;
    for (const auto& tool : entry.tools) {
        keys += (keys.empty() ? "" : ", ") + tool.key();
    }
    return keys.empty() ? "-" : keys;
}

std::string row(std::string_view id, std::string_view version, std::string_view state, std::string_view tools) {
    return fmt::format("{:<24} {:<10} {:<9} {}\n", base::printable(id, 255), version, state, tools);
}

std::string line(const plugins::PluginEntry& entry) {
    const bool usable = entry.slot && entry.slot->state() == plugins::SlotState::running;
    const std::string state = usable ? "ok" : entry.slot ? "refused" : entry.state();
    std::string text = row(entry.id, entry.version.empty() ? "-" : entry.version, state, toolKeys(entry));
    if (usable) {
        const std::string measures = entry.measures().text();
        text += fmt::format("    kind: {}\n", entry.slot->manifest().kind());
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

}  // namespace

PluginReport reportPlugins(const Settings& settings) {
    const auto found = discoverPlugins(settings);
    PluginReport report;
    report.table = row("PLUGIN", "VERSION", "STATE", "TOOLS");
    for (const auto& entry : found.entries()) {
        const bool started = entry.slot && entry.slot->start();
        report.table += line(entry);
        if (!started && !isFoundBefore(entry)) {
            report.findings.add({severityOf(entry), "", "", "plugin " + entry.id + ": " + entry.reason()});
        }
        for (const auto& tool : entry.leftOut) {
            report.findings.add({Severity::finding, "", "", "plugin " + entry.id + ": left out: " + tool});
        }
    }
    auto tools = execution::ToolTable::build(found.slots());
    report.findings.add(profileFindings(execution::remarksOn({settings.profiles, std::move(tools)}), settings));
    plugins::stopAll(found.slots(), settings.pluginStartTimeout);
    return report;
}

}  // namespace aip::app
