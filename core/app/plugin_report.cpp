#include "app/plugin_report.h"

#include "app/agent.h"

#include <fmt/format.h>

namespace aip::app {
namespace {

std::string toolKeys(const plugins::PluginEntry& entry) {
    std::string keys;
    for (const auto& tool : entry.tools) {
        keys += (keys.empty() ? "" : ", ") + tool.key();
    }
    return keys.empty() ? "-" : keys;
}

std::string line(const plugins::PluginEntry& entry) {
    const bool usable = entry.slot && entry.slot->state() == plugins::SlotState::running;
    const std::string state = usable ? "ok" : entry.slot ? "refused" : entry.state();
    std::string text = fmt::format("{:<24} {:<10} {:<9} {}\n", entry.id, entry.version.empty() ? "-" : entry.version,
                                   state, toolKeys(entry));
    if (usable) {
        const std::string measures = entry.measures().text();
        text += fmt::format("    isolation: {}{}{}\n", name(entry.settings.isolation), measures.empty() ? "" : "; ",
                            measures);
    }
    if (state == "refused") {
        text += fmt::format("    {}\n", entry.reason());
    }
    return text;
}

}  // namespace

int reportPlugins(const Settings& settings, std::ostream& out) {
    const auto found = discoverPlugins(settings);
    int bad = 0;
    out << fmt::format("{:<24} {:<10} {:<9} {}\n", "PLUGIN", "VERSION", "STATE", "TOOLS");
    for (const auto& entry : found.entries()) {
        const bool started = entry.slot && entry.slot->start();
        bad += started || entry.state() == "disabled" ? 0 : 1;
        out << line(entry);
    }
    plugins::stopAll(found.slots(), settings.pluginStartTimeout);
    return bad;
}

}  // namespace aip::app
