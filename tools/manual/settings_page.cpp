#include "app/named_keys.h"
#include "app/server_sections.h"
#include "app/setting_keys.h"
#include "app/setting_table.h"
#include "page.h"
#include "page_frame.h"
#include "roff.h"

#include <utility>

namespace aip::manual {
namespace {

std::string entryOf(const std::string& key, const std::string& value, const std::string& kind,
                    const std::string& meaning) {
    const std::string given = value.empty() ? "" : " = \\fI" + roff::escaped(value) + "\\fR";
    return roff::entry("\\fB" + roff::escaped(key) + "\\fR" + given + " (" + kind + ")", meaning);
}

const char* marks(app::Scope scope) {
    return scope == app::Scope::restart ? "" : scope == app::Scope::reload ? "; reload" : "; reload, plugin";
}

std::string table() {
    std::string out;
    std::string current;
    for (const auto& row : app::settingTable()) {
        const std::string key = row.key;
        const std::string section = key.substr(0, key.rfind('.'));
        out += section == current ? "" : roff::subheading("[" + section + "]");
        current = section;
        out += entryOf(key, row.defaultValue, row.kind + std::string(marks(row.scope())), row.meaning);
    }
    return out;
}

std::string named(std::string_view family, const char* section, const char* text) {
    std::string out = roff::subheading(section) + roff::paragraph(text);
    for (const auto& row : app::namedKeys()) {
        out += row.family == family ? entryOf(row.name, row.defaultValue, row.kind, row.meaning) : "";
    }
    return out;
}

std::string servers() {
    std::string out =
        roff::subheading("[mcp.NAME]") +
        roff::paragraph(
            "An MCP server: a program, or a url. Its tools are those of the namespace NAME. The settings of "
            "[plugins] that are marked with plugin may stand here, too, but isolation and debuggable.");
    for (const auto& row : app::serverKeys()) {
        out += entryOf(row.name, row.defaultValue, row.kind, row.meaning);
    }
    return out;
}

std::string families() {
    return roff::heading("SECTIONS THAT ARE NAMED BY THE OPERATOR") +
           roff::paragraph("A reload takes all of them over but [device.metadata].") +
           named(app::profileFamily, "[profile.NAME]",
                 "What one agent of the server may use. Without any profile every agent may use the tools of all "
                 "plugins; with the first one only what some profile lists can be called.") +
           named(
               app::pluginFamily, "[plugin.ID]",
               "What one plugin has of its own: these keys, the settings of [plugins] that are marked with plugin, and "
               "what its manifest declares (aip-plugin inspect).") +
           servers() +
           named(app::limitFamily, "[limits.PATTERN]",
                 "Limits tools: Namespace::tool, Namespace (all its tools) or * (all); a * at the end of a part stands "
                 "for any rest. Each key is decided by the most specific pattern that has it.") +
           roff::subheading("[device.metadata]") +
           roff::paragraph("Any keys. They go to the server with the registration.");
}

}  // namespace

base::Result<std::string> settingsPage(const std::string& rest) {
    return PageFrame{"aip-agent.ini", '5', "The configuration of aip-agent."}.around(
        roff::heading("SETTINGS") + table() + families(), rest);
}

}  // namespace aip::manual
