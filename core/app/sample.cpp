#include "app/sample.h"

#include "app/setting_table.h"

#include <string_view>
#include <vector>

namespace aip::app {
namespace {

struct Key {
    std::string section;
    std::string name;
};

/// "profile.linux.agent" -> {"profile.linux", "agent"}
Key split(std::string_view key) {
    const auto dot = key.rfind('.');
    return {std::string(key.substr(0, dot)), std::string(key.substr(dot + 1))};
}

const char* marks(Scope scope) {
    return scope == Scope::restart ? "" : scope == Scope::reload ? "; reload" : "; reload, plugin";
}

void openIniSection(std::string& out, std::string& current, const std::string& section) {
    if (section != current) {
        out += "\n[" + section + "]\n";
        current = section;
    }
}

std::vector<std::string> parts(const std::string& key) {
    std::vector<std::string> names;
    std::size_t at = 0;
    for (std::size_t dot = key.find('.'); dot != std::string::npos; dot = key.find('.', at)) {
        names.push_back(key.substr(at, dot - at));
        at = dot + 1;
    }
    names.push_back(key.substr(at));
    return names;
}

/// Closes and opens elements until those in `open` are those of `wanted`.
void moveXmlTo(std::string& out, std::vector<std::string>& open, const std::vector<std::string>& wanted) {
    std::size_t common = 0;
    while (common < open.size() && common < wanted.size() && open[common] == wanted[common]) {
        ++common;
    }
    while (open.size() > common) {
        out += std::string(4 * open.size(), ' ') + "</" + open.back() + ">\n";
        open.pop_back();
    }
    while (open.size() < wanted.size()) {
        open.push_back(wanted[open.size()]);
        out += std::string(4 * open.size(), ' ') + "<" + open.back() + ">\n";
    }
}

void xmlElement(std::string& out, std::vector<std::string>& open, const char* key, const char* value) {
    auto path = parts(key);
    const std::string name = path.back();
    path.pop_back();
    moveXmlTo(out, open, path);
    out += std::string(4 * (open.size() + 1), ' ') + "<" + name + ">" + value + "</" + name + ">\n";
}

}  // namespace

std::string sampleIni() {
    std::string out =
        "; aip-agent: every setting with its meaning and its default. Only server.url has to be filled in. A line "
        "that\n"
        "; begins with ; or # has no effect; a comment stands on a line of its own.\n"
        "; Values: seconds may carry a unit (ms, s, m, h, d), sizes likewise (KiB, MiB, GiB); booleans are true, yes, "
        "on\n"
        "; or false, no, off; lists are written with commas; what holds a comma, a leading quote, or a blank before ; "
        "or #\n"
        "; is written in quotes. README.md beside this file has the rules.\n"
        "; reload: a change counts after a reload (SIGHUP); the other settings need a restart.\n"
        "; plugin: [plugin.ID] may hold the setting, too, for one plugin.\n";
    std::string section;
    for (const auto& row : settingTable()) {
        const Key key = split(row.key);
        openIniSection(out, section, key.section);
        out += "; " + std::string(row.meaning) + " (" + row.kind + marks(row.scope()) + ")\n";
        out += ";" + key.name + " = " + row.defaultValue + "\n";
    }
    out +=
        "\n; What the server's agents may use (reload): one section [profile.NAME] for each agent and root. Without "
        "any, "
        "every\n"
        "; agent may use the tools of all plugins; with the first one, only what some profile lists can be called.\n"
        "; agent: its name at the server, * for all that have no profile of their own. root: default for all that have "
        "none.\n"
        "; action, data_collection: namespaces of plugins (--list-plugins and their manifests name them); a kind that "
        "is "
        "not\n"
        "; listed is not offered. A tool that two plugins have belongs to the first, by plugins.order and then by "
        "name.\n"
        "; [device.metadata] goes into the registration. [plugin.ID] holds what one plugin has of its own (reload):\n"
        "; its own settings, and those of [plugins] that are marked with plugin. [mcp.NAME] is an MCP server, whose "
        "tools\n"
        "; are those of the namespace NAME (reload): README.md has its keys. [limits.PATTERN] limits tools (reload): "
        "all\n"
        "; of a namespace (BashExecutor), or those of Namespace::name, where a * at the end stands for any rest; "
        "[limits.*]\n"
        "; is for all. allow = false: they are not executed. rate, concurrency, bytes_out: calls in a time, calls at\n"
        "; once, bytes of results in a time. Of several patterns the most specific one that has a key decides on it.\n";
    for (const auto& [name, value] : familyKeys()) {
        const Key key = split(name);
        openIniSection(out, section, key.section);
        out += ";" + key.name + " = " + value + "\n";
    }
    return out;
}

std::string sampleXml() {
    std::string out =
        "<!-- aip-agent: the same keys as in the ini file, nested, with their defaults. server.url has to be filled "
        "in. -->\n"
        "<aip-agent>\n";
    std::vector<std::string> open;
    for (const auto& row : settingTable()) {
        xmlElement(out, open, row.key, row.defaultValue);
    }
    moveXmlTo(out, open, {});
    out += "    <!-- Examples of what the operator names; README.md beside this file explains them.\n";
    for (const auto& [name, value] : familyKeys()) {
        xmlElement(out, open, name, value);
    }
    moveXmlTo(out, open, {});
    out += "    -->\n";
    return out + "</aip-agent>\n";
}

}  // namespace aip::app
