#include "app/setting_table.h"

#include "app/setting_rows.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace aip::app {
namespace {

using base::Result;

/// In the order of the sample.
std::vector<SettingRow> allRows() {
    std::vector<SettingRow> all;
    for (const auto rows : {rows::connection(), rows::doors(), rows::plugins(), rows::records()}) {
        all.insert(all.end(), rows.begin(), rows.end());
    }
    return all;
}

/// Their keys are not in the table.
constexpr std::pair<std::string_view, Scope> families[] = {{"profile.", Scope::reload},
                                                           {"plugin.", Scope::reload},
                                                           {"mcp.", Scope::reload},
                                                           {"limits.", Scope::reload},
                                                           {"device.metadata.", Scope::restart}};

}  // namespace

Result<void> SettingRow::apply(Settings& settings, const base::SettingText& value) const {
    if (scope() == Scope::plugin) {
        return apply(settings.slot, value);
    }
    return scope() == Scope::reload ? std::get<1>(set)(settings, value) : std::get<0>(set)(settings, value);
}

Result<void> SettingRow::apply(plugins::SlotSettings& slot, const base::SettingText& value) const {
    return std::get<2>(set)(slot, value);
}

std::span<const SettingRow> settingTable() {
    static const std::vector<SettingRow> all = allRows();
    return all;
}

const SettingRow* findSetting(const std::string& key) {
    const auto table = settingTable();
    const auto row = std::ranges::find(table, key, &SettingRow::key);
    return row == table.end() ? nullptr : &*row;
}

Scope scopeOf(const std::string& key) {
    if (const auto* row = findSetting(key)) {
        return row->scope();
    }
    const auto* family = std::ranges::find_if(families, [&](const auto& each) { return key.starts_with(each.first); });
    return family == std::end(families) ? Scope::restart : family->second;
}

const std::vector<std::pair<const char*, const char*>>& familyKeys() {
    static const std::vector<std::pair<const char*, const char*>> keys{
        {"profile.linux.agent", "LinuxAgent"},
        {"profile.linux.root", "default"},
        {"profile.linux.action", "BashExecutor"},
        {"profile.linux.data_collection", ""},
        {"device.metadata.location", "lab 2"},
        {"plugin.shell.enabled", "true"},
        {"plugin.shell.load", "lazy"},
        {"plugin.shell.isolation", "process"},
        {"mcp.Files.command", "npx"},
        {"mcp.Files.args", "-y, @modelcontextprotocol/server-filesystem, /srv/files"},
        {"mcp.Files.env", "NODE_ENV=production"},
        {"mcp.Files.tool_type", "action"},
        {"mcp.Files.timeout", "60"},
        {"limits.BashExecutor.rate", "60/min"},
        {"limits.BashExecutor.concurrency", "2"},
        {"limits.BashExecutor.bytes_out", "100MiB/h"},
    };
    return keys;
}

}  // namespace aip::app
