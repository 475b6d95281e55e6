#include "configuration_text.h"

#include "base/printable.h"
#include "ini_value.h"

#include <algorithm>
#include <map>
#include <set>

namespace aip::importer {
namespace {

constexpr std::string_view shellNamespace = "BashExecutor";  ///< of the agent's own plugin "shell"

constexpr std::size_t longestComment = 1'024;

/// One line, whatever the file holds.
std::string comment(int line, const std::string& text) {
    return "# line " + std::to_string(line) + ": " + base::printable(text, longestComment) + "\n";
}

/// The sections [mcp.NAME], each namespace once: the reference, too, takes the first entry of a namespace.
class Servers {
  public:
    void add(const Server& server, const std::string& toolType) {
        if (!server.flaw.empty()) {
            _comments += comment(server.line, "a server is left out: " + server.flaw);
            return;
        }
        const auto [known, fresh] = _known.try_emplace(server.name, Known{server, toolType});
        if (fresh) {
            write(server, toolType);
        } else if (!known->second.server.sameAs(server)) {
            _comments += comment(server.line, "'" + server.name + "' is configured otherwise above, which counts");
        } else if (known->second.toolType != toolType && _offered.contains(server.name)) {
            _comments += comment(server.line, "the tools of '" + server.name + "' are " + known->second.toolType +
                                                  " here; as " + toolType + " they need a server of another name");
        }
    }

    /// Has a section of its own, or is a plugin of the agent.
    bool offers(const std::string& name) const { return _offered.contains(name); }

    std::string text() const { return _comments + _sections; }

  private:
    struct Known {
        Server server;
        std::string toolType;
    };

    void write(const Server& server, const std::string& toolType) {
        if (server.name == shellNamespace) {
            _offered.insert(server.name);
            _comments +=
                comment(server.line, "'" + server.name + "' is the agent's own plugin 'shell'; no server is used");
        } else if (server.kind == Kind::local) {
            _comments += comment(server.line, "'" + server.name +
                                                  "' is a part of the reference's client; a plugin of that namespace "
                                                  "would take its place");
        } else if (!isIniName(server.name)) {
            _comments += comment(server.line, "a server's name holds letters, digits, '_' and '-' only");
        } else {
            writeSection(server, toolType);
        }
    }

    void writeSection(const Server& server, const std::string& toolType) {
        std::string section = "\n[mcp." + server.name + "]\n";
        bool writable = put(section, "url", iniValue(server.url), !server.url.empty());
        if (!server.command.empty()) {
            const std::vector<std::string> arguments(server.command.begin() + 1, server.command.end());
            writable = put(section, "command", iniValue(server.command.front()), true) && writable;
            writable = put(section, "args", iniList(arguments), !arguments.empty()) && writable;
            writable = put(section, "cwd", iniValue(server.folder), !server.folder.empty()) && writable;
            writable = putEnvironment(section, server) && writable;
        }
        put(section, "tool_type", toolType, toolType != "action");
        if (!writable) {
            _comments += comment(server.line, "'" + server.name + "' has control characters in its values");
            return;
        }
        for (const auto& key : server.remainder) {
            _comments += comment(server.line, key);
        }
        _offered.insert(server.name);
        _sections += section;
    }

    static bool put(std::string& section, const std::string& key, const std::optional<std::string>& value, bool given) {
        if (given && value) {
            section += key + " = " + *value + "\n";
        }
        return !given || value;
    }

    static bool putEnvironment(std::string& section, const Server& server) {
        std::vector<std::string> variables;
        for (const auto& [name, value] : server.environment) {
            variables.push_back(name + "=" + value);
        }
        return put(section, "env", iniList(variables), !variables.empty());
    }

    std::map<std::string, Known> _known;
    std::set<std::string> _offered;
    std::string _comments;
    std::string _sections;
};

std::string namesOf(const std::vector<Server>& list, const Servers& servers) {
    std::string names;
    for (const auto& server : list) {
        if (servers.offers(server.name)) {
            names += (names.empty() ? "" : ", ") + server.name;
        }
    }
    return names;
}

/// The part of a profile's section that is free to choose; unique.
std::string sectionName(const Profile& profile, std::set<std::string>& taken) {
    std::string name = profile.root == "default" ? profile.agent : profile.agent + "-" + profile.root;
    std::replace_if(
        name.begin(), name.end(), [](char c) { return !isIniName(std::string_view(&c, 1)); }, '_');
    const std::string wanted = name;
    for (int next = 2; !taken.insert(name).second; ++next) {
        name = wanted + "-" + std::to_string(next);
    }
    return name;
}

std::string profileText(const Profile& profile, const Servers& servers, std::set<std::string>& taken) {
    const std::string action = namesOf(profile.action, servers);
    const std::string dataCollection = namesOf(profile.dataCollection, servers);
    const auto agent = iniValue(profile.agent);
    const auto root = iniValue(profile.root);
    const std::string section = sectionName(profile, taken);
    if (!agent || !root || (action.empty() && dataCollection.empty())) {
        return "\n# [profile." + section + "] is left out: none of its servers exists here.\n";
    }
    std::string text = "\n[profile." + section + "]\nagent = " + *agent + "\n";
    text += profile.root == "default" ? "" : "root = " + *root + "\n";
    text += action.empty() ? "" : "action = " + action + "\n";
    text += dataCollection.empty() ? "" : "data_collection = " + dataCollection + "\n";
    return text;
}

}  // namespace

std::string configurationText(const std::vector<Profile>& profiles) {
    Servers servers;
    for (const auto& profile : profiles) {
        for (const auto& server : profile.action) {
            servers.add(server, "action");
        }
        for (const auto& server : profile.dataCollection) {
            servers.add(server, "data_collection");
        }
    }
    std::string text =
        "# Tool servers and profiles. Comments name the lines of the YAML file that have no counterpart.\n";
    text += servers.text();
    std::set<std::string> taken;
    for (const auto& profile : profiles) {
        text += profileText(profile, servers, taken);
    }
    return text;
}

}  // namespace aip::importer
