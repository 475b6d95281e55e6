#include "mcp_yaml.h"

#include <charconv>
#include <cstdint>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <yaml-cpp/yaml.h>

namespace aip::importer {
namespace {

using base::Code;
using base::Error;

constexpr std::size_t mostServers = 4'096;
constexpr std::size_t mostWords = 1'024;  ///< of one server's command and environment

/// Ends the reading of a server, which is left out then, or of the file; readMcpYaml() makes that an error.
struct Unexpected : std::runtime_error {
    Unexpected(const YAML::Node& at, const std::string& text) : std::runtime_error(text), line(at.Mark().line + 1) {}

    int line;
};

std::string textOf(const YAML::Node& node, const std::string& what) {
    if (!node.IsScalar()) {
        throw Unexpected(node, what + " is a text");
    }
    return node.Scalar();
}

void expectMap(const YAML::Node& node, const std::string& what) {
    if (!node.IsMap()) {
        throw Unexpected(node, what + " is a map");
    }
}

std::vector<std::string> wordsOf(const YAML::Node& node) {
    std::vector<std::string> words;
    if (node.IsNull()) {
        return words;
    }
    if (!node.IsSequence() || node.size() > mostWords) {
        throw Unexpected(node, "'start_args' is a list of at most " + std::to_string(mostWords) + " texts");
    }
    for (const auto& word : node) {
        words.push_back(textOf(word, "an item of 'start_args'"));
    }
    return words;
}

/// The keys of an entry that this importer knows, read into a server.
class ServerReader {
  public:
    explicit ServerReader(const YAML::Node& entry) : _entry(entry) { _server.line = entry.Mark().line + 1; }

    Server read() {
        try {
            readKeys();
        } catch (const Unexpected& flaw) {
            _server.line = flaw.line;
            _server.flaw = flaw.what();
        }
        return std::move(_server);
    }

  private:
    void readKeys() {
        expectMap(_entry, "a server");
        _server.name = text("namespace", "default");
        _server.kind = kindOf();
        if (_server.kind == Kind::http) {
            readAddress();
        } else if (_server.kind == Kind::stdio) {
            readCommand();
        }
        nameRemainder();
    }

    std::string text(const char* key, const std::string& otherwise) {
        const auto value = _entry[key];
        return value && !value.IsNull() ? textOf(value, std::string("'") + key + "'") : otherwise;
    }

    Kind kindOf() {
        const std::string type = text("type", "");
        for (const auto& [name, kind] :
             {std::pair{"local", Kind::local}, {"http", Kind::http}, {"stdio", Kind::stdio}}) {
            if (type == name) {
                return kind;
            }
        }
        throw Unexpected(_entry, "'type' is local, http or stdio, not '" + type + "'");
    }

    /// The reference's own form and defaults: it knows neither TLS nor headers.
    void readAddress() {
        const std::string host = text("host", "localhost");
        const std::string path = text("path", "/mcp");
        const bool bare = host.find(':') != std::string::npos && !host.starts_with('[');  // an IPv6 address
        _server.url =
            "http://" + (bare ? "[" + host + "]" : host) + ":" + port() + (path.starts_with('/') ? "" : "/") + path;
    }

    std::string port() {
        std::string written = text("port", "8000");
        std::uint16_t value = 0;
        const auto [end, problem] = std::from_chars(written.data(), written.data() + written.size(), value);
        if (problem != std::errc() || end != written.data() + written.size() || value == 0) {
            throw Unexpected(_entry["port"], "'port' is a number from 1 to 65535, not '" + written + "'");
        }
        return written;
    }

    void readCommand() {
        _server.command = {text("command", "python")};
        if (const auto words = _entry["start_args"]) {
            const auto arguments = wordsOf(words);
            _server.command.insert(_server.command.end(), arguments.begin(), arguments.end());
        }
        if (const auto variables = _entry["env"]) {
            readEnvironment(variables);
        }
        _server.folder = text("cwd", "");
    }

    void readEnvironment(const YAML::Node& variables) {
        if (variables.IsNull()) {
            return;
        }
        expectMap(variables, "'env'");
        if (variables.size() > mostWords) {
            throw Unexpected(variables, "'env' has at most " + std::to_string(mostWords) + " variables");
        }
        for (const auto& variable : variables) {
            const std::string name = textOf(variable.first, "a name in 'env'");
            if (variable.second.IsNull()) {
                _server.remainder.push_back("env: " + name + " (has no value)");
            } else {
                _server.environment[name] = textOf(variable.second, "a value in 'env'");
            }
        }
    }

    bool isRead(const std::string& key) const {
        switch (_server.kind) {
            case Kind::http:
                return key == "host" || key == "port" || key == "path";
            case Kind::stdio:
                return key == "command" || key == "start_args" || key == "env" || key == "cwd";
            case Kind::local:
                return false;
        }
        return false;
    }

    void nameRemainder() {
        for (const auto& member : _entry) {
            const std::string key = textOf(member.first, "a key of a server");
            const bool empty = !member.second.IsScalar() && member.second.size() == 0;
            if (key == "namespace" || key == "type" || isRead(key) || empty) {
                continue;
            }
            if (key != "reset") {
                _server.remainder.push_back(key + " (has no counterpart)");
            } else if (member.second.IsScalar() && member.second.Scalar() == "true") {
                _server.remainder.push_back("reset (the reference ignores it, too)");
            }
        }
    }

    const YAML::Node _entry;
    Server _server;
};

class FileReader {
  public:
    std::vector<Profile> read(const YAML::Node& file) {
        expectMap(file, "the file");
        for (const auto& agent : file) {
            const std::string name = textOf(agent.first, "the name of an agent");
            expectMap(agent.second, "agent '" + name + "'");
            for (const auto& root : agent.second) {
                readRoot(name, textOf(root.first, "the name of a root"), root.second);
            }
        }
        return std::move(_profiles);
    }

  private:
    void readRoot(const std::string& agent, const std::string& root, const YAML::Node& lists) {
        expectMap(lists, "root '" + root + "'");
        Profile profile{agent, root, {}, {}};
        for (const auto& list : lists) {
            const std::string kind = textOf(list.first, "the name of a list");
            if (kind == "action") {
                profile.action = readServers(list.second);
            } else if (kind == "data_collection") {
                profile.dataCollection = readServers(list.second);
            } else {
                throw Unexpected(list.first, "a list is 'action' or 'data_collection', not '" + kind + "'");
            }
        }
        _profiles.push_back(std::move(profile));
    }

    std::vector<Server> readServers(const YAML::Node& list) {
        std::vector<Server> servers;
        if (list.IsNull()) {
            return servers;
        }
        if (!list.IsSequence()) {
            throw Unexpected(list, "a list of servers was expected");
        }
        for (const auto& entry : list) {
            if (++_count > mostServers) {
                throw Unexpected(entry, "more than " + std::to_string(mostServers) + " servers");
            }
            servers.push_back(ServerReader(entry).read());
        }
        return servers;
    }

    std::vector<Profile> _profiles;
    std::size_t _count = 0;
};

}  // namespace

bool Server::sameAs(const Server& other) const {
    return kind == other.kind && url == other.url && command == other.command && environment == other.environment &&
           folder == other.folder;
}

base::Result<std::vector<Profile>> readMcpYaml(const std::string& text) {
    try {
        return FileReader().read(YAML::Load(text));
    } catch (const YAML::Exception& error) {
        return Error(Code::invalid, "line " + std::to_string(error.mark.line + 1) + ": no YAML: " + error.msg);
    } catch (const Unexpected& error) {
        return Error(Code::invalid, "line " + std::to_string(error.line) + ": " + error.what());
    }
}

}  // namespace aip::importer
