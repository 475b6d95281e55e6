#include "app/server_sections.h"

#include "app/masking.h"
#include "app/setting_keys.h"
#include "app/setting_table.h"
#include "app/setting_values.h"
#include "app/start_folder.h"
#include "base/ascii.h"
#include "base/json_members.h"
#include "base/sha256.h"
#include "network/http_url.h"
#include "network/resolver.h"

#include <algorithm>

namespace aip::app {
namespace {

using base::Code;
using base::Error;
using base::isLetterOrDigit;
using base::Result;
using base::SettingText;
using plugins::ServerSettings;
using Protocol = hosting::ServerSpec::Protocol;
using T = const SettingText&;
using S = ServerSettings;

constexpr std::size_t longestServerName = 64;
constexpr double longestTime = 604'800;
constexpr std::size_t jsonDepth = 64;

/// Of a namespace, and of a log.
bool isServerName(const std::string& name) {
    return !name.empty() && name.size() <= longestServerName && !base::isDigit(name[0]) && name[0] != '-' &&
           std::ranges::all_of(name, [](char c) { return isLetterOrDigit(c) || c == '_' || c == '-'; });
}

Result<void> command(std::vector<std::string>& out, T value) {
    std::string program;
    if (auto done = values::text(program, value); !done) {
        return done;
    }
    out.insert(out.begin(), program);
    return {};
}

Result<void> arguments(std::vector<std::string>& out, T value) {
    std::vector<std::string> more;
    if (auto done = values::list(more, value); !done) {
        return done;
    }
    out.insert(out.end(), more.begin(), more.end());
    return {};
}

/// Nothing of a value stands in the error.
Result<void> environment(std::vector<std::string>& out, T value) {
    std::vector<std::string> variables;
    if (auto done = values::list(variables, value); !done) {
        return done;
    }
    for (const auto& variable : variables) {
        const auto sign = variable.find('=');
        const std::string name = variable.substr(0, sign);
        const bool plain = sign != std::string::npos && !name.empty() && !base::isDigit(name[0]) &&
                           std::ranges::all_of(name, [](char c) { return isLetterOrDigit(c) || c == '_'; });
        if (!plain) {
            return Error(Code::invalid, "each entry is NAME=value; quote an entry whose value holds a comma");
        }
    }
    out = std::move(variables);
    return {};
}

Result<void> serverUrl(std::string& out, T value) {
    std::string address;
    if (auto done = values::text(address, value); !done) {
        return done;
    }
    if (holdsSecret(address)) {
        return Error(Code::invalid, "a secret does not belong into the address; use headers_file");
    }
    if (!address.empty() && !address.starts_with("http://") && !address.starts_with("https://")) {
        return Error(Code::invalid, "'" + address + "' does not begin with http:// or https://");
    }
    if (const auto parsed = network::parseHttpUrl(address); !parsed && !address.empty()) {
        return Error(Code::invalid, "not a valid url: " + parsed.error().text());
    }
    out = std::move(address);
    return {};
}

/// What else may be wrong with it, the network room says.
Result<void> serverProxy(std::string& out, T value) {
    if (value.one && value.one->find('@') != std::string::npos) {
        return Error(Code::invalid, "a secret does not belong into the address; use http_proxy_credentials_file");
    }
    return values::text(out, value);
}

Result<void> folder(std::string& out, T value) {
    return values::path(out, value);
}

Result<void> namePrefix(std::string& out, T value) {
    std::string prefix;
    if (auto done = values::text(prefix, value); !done) {
        return done;
    }
    const bool plain = prefix.size() <= longestServerName && (prefix.empty() || !base::isDigit(prefix[0])) &&
                       std::ranges::all_of(prefix, [](char c) { return isLetterOrDigit(c) || c == '_'; });
    if (!plain) {
        return Error(Code::invalid, "'" + prefix + "' is not made of letters, digits and _, with no digit first");
    }
    out = std::move(prefix);
    return {};
}

Result<void> pins(std::vector<std::string>& out, T value) {
    std::vector<std::string> all;
    if (auto done = values::list(all, value); !done) {
        return done;
    }
    for (const auto& pin : all) {
        const auto sign = pin.rfind('=');
        if (sign == std::string::npos || sign == 0 || !base::isSha256(std::string_view(pin).substr(sign + 1))) {
            return Error(Code::invalid, "'" + pin + "' is not TOOL=HASH with the 64 digits of a SHA-256");
        }
    }
    out = std::move(all);
    return {};
}

/// Nothing of it stands in the error.
Result<void> jsonObject(std::string& out, T value) {
    if (!value.one) {
        return value.one.error();
    }
    if (!value.one->empty() && !base::jsonMembers(*value.one, jsonDepth)) {
        return Error(Code::invalid, "not a JSON object");
    }
    out = *value.one;
    return {};
}

Result<void> milliseconds(std::uint64_t& out, T value) {
    std::chrono::milliseconds time{0};
    auto done = values::seconds(time, value, 0, longestTime);
    out = static_cast<std::uint64_t>(time.count());
    return done;
}

constexpr ServerKeyRow serverRows[] = {
    {"enabled", "boolean", "true", "Whether the server is used.", false,
     [](S& s, T v) { return values::boolean(s.enabled, v); }},
    {"command", "text", "", "The program to run; without a / it is looked for in PATH.", false,
     [](S& s, T v) { return command(s.spec.command, v); }},
    {"args", "list", "", "Its arguments.", false, [](S& s, T v) { return arguments(s.spec.command, v); }},
    {"env", "list", "",
     "NAME=value, ...: variables of its own, beside HOME, LOGNAME, PATH, SHELL, TERM, USER and those that every plugin "
     "gets. Not shown by --print-config.",
     true, [](S& s, T v) { return environment(s.spec.environment, v); }},
    {"url", "text", "", "Where the server is instead: http:// or https://.", false,
     [](S& s, T v) { return serverUrl(s.spec.url, v); }},
    {"headers_file", "path", "", "File of mode 600 with lines NAME: value, which go with each request to the url.",
     false, [](S& s, T v) { return values::path(s.headersFile, v); }},
    {"ca_file", "path", "", "As server.ca_file, for the url; empty: the certificates of the system.", false,
     [](S& s, T v) { return values::path(s.spec.tls.caFile, v); }},
    {"certificate_file", "path", "", "As server.certificate_file: our certificate, for a url that asks for one.", false,
     [](S& s, T v) { return values::path(s.spec.tls.certificateFile, v); }},
    {"private_key_file", "path", "", "As server.private_key_file: the key of that certificate; of mode 600.", false,
     [](S& s, T v) { return values::path(s.spec.tls.privateKeyFile, v); }},
    {"public_key_pin", "list", "", "As server.public_key_pin: the url's server has one of these keys.", false,
     [](S& s, T v) { return values::list(s.spec.tls.publicKeys, v); }},
    {"http_proxy", "text", "", "HTTP proxy on the way to the url, http://host:port; empty: that of the environment.",
     false, [](S& s, T v) { return serverProxy(s.spec.proxy.url, v); }},
    {"http_proxy_credentials_file", "path", "", "File of mode 600 with one line user:password for the proxy.", false,
     [](S& s, T v) { return values::path(s.proxyCredentialsFile, v); }},
    {"cwd", "path", "", "Its working directory; empty: that in which the agent was started.", false,
     [](S& s, T v) { return folder(s.spec.folder, v); }},
    {"protocol", "text", "auto",
     "auto: the handshake of MCP up to 2025-11-25 is tried first, then 2026-07-28; legacy, modern: only one of them.",
     false,
     [](S& s, T v) {
         return values::choice(
             s.spec.protocol, v,
             {{"auto", Protocol::automatic}, {"legacy", Protocol::legacy}, {"modern", Protocol::modern}});
     }},
    {"tool_type", "text", "action", "What its tools are: action or data_collection; servers do not say.", false,
     [](S& s, T v) {
         auto done = values::oneOf(v, {"action", "data_collection"});
         return done ? values::text(s.spec.toolType, v) : done;
     }},
    {"tools", "list", "", "Its tools that are offered, by their names; empty: all.", false,
     [](S& s, T v) { return values::list(s.spec.allowed, v); }},
    {"prefix", "text", "", "Stands before the names of its tools.", false,
     [](S& s, T v) { return namePrefix(s.spec.prefix, v); }},
    {"pin", "list", "",
     "TOOL=SHA-256, ...: a tool whose name, description or schema is another is withheld; the log says the hashes.",
     false, [](S& s, T v) { return pins(s.spec.pins, v); }},
    {"fixed_arguments", "text", "",
     "A JSON object of arguments that the model neither sees nor chooses. Not shown by --print-config.", true,
     [](S& s, T v) { return jsonObject(s.spec.fixedArguments, v); }},
    {"timeout", "seconds", "60", "For a call that neither ends nor reports progress; 0: none.", false,
     [](S& s, T v) { return milliseconds(s.spec.timeoutMs, v); }},
    {"max_timeout", "seconds", "0", "For a call whatever it reports; 0: execution.tool_timeout.", false,
     [](S& s, T v) { return milliseconds(s.spec.maxTimeoutMs, v); }},
    {"max_result_size", "size", "0", "Bytes of a result; 0: connection.max_message_size.", false,
     [](S& s, T v) { return values::size(s.spec.maxResultSize, v, 0, values::maxSize); }},
    {"start", "text", "now",
     "now: with the agent; lazy: with its first call, if its tools are known from an earlier start.", false,
     [](S& s, T v) {
         return values::choice(s.lazy, v, {{"now", false}, {"lazy", true}});
     }},
    {"start_timeout", "seconds", "60", "Until it has listed its tools.", false,
     [](S& s, T v) { return values::seconds(s.startTimeout, v, 0.001); }},
    {"concurrency", "number", "16", "Calls at once.", false,
     [](S& s, T v) { return values::integer(s.concurrency, v, 1, 256); }},
};

/// Those of [plugins] that make no sense for a server: it always has a process of its own.
bool isForLibraries(const std::string& name) {
    return name == "isolation" || name == "debuggable";
}

const SettingRow* slotRow(const std::string& name) {
    const auto* row = findSetting("plugins." + name);
    return row != nullptr && row->scope() == Scope::plugin && !isForLibraries(name) ? row : nullptr;
}

/// Of no use for a program, for a url, and for one without TLS.
const std::vector<const char*> hereOnly{
    "headers_file",   "ca_file",    "certificate_file",           "private_key_file",
    "public_key_pin", "http_proxy", "http_proxy_credentials_file"};
const std::vector<const char*> elsewhereOnly{"args", "env", "cwd"};
const std::vector<const char*> withTlsOnly{"ca_file", "certificate_file", "private_key_file", "public_key_pin"};

bool isLoopback(const std::string& url) {
    const auto parsed = network::parseHttpUrl(url);
    return parsed && (parsed->host == "localhost" || network::isLoopback(parsed->host));
}

bool isWritten(const Settings& settings, const std::string& key) {
    const auto value = settings.rawValues.find(key);
    return value != settings.rawValues.end() && !base::trimmed(value->second).empty();
}

void checkTogether(const Settings& settings, const std::string& name, Findings& findings) {
    const auto& server = settings.discovery.servers.at(name);
    const std::string section = std::string(serverFamily) + name + ".";
    const auto key = [&](const char* last) { return section + last; };
    const bool here = isWritten(settings, key("command"));
    if (server.enabled && here == isWritten(settings, key("url"))) {
        findings.add({Found::invalidValue, settings.originUnder(std::string(serverFamily) + name), "",
                      "[mcp." + name + "] " +
                          (here ? "has a command and a url: a server is one or the other"
                                : "has neither a command, the program that is the server, nor a url")});
    }
    for (const char* other : here ? hereOnly : elsewhereOnly) {
        if (settings.rawValues.contains(key(other))) {
            findings.add({Found::idleSetting, settings.originOf(key(other)), key(other),
                          std::string("has no effect: there is ") + (here ? "no url" : "no command")});
        }
    }
    for (const char* other : withTlsOnly) {
        if (server.spec.url.starts_with("http://") && settings.rawValues.contains(key(other))) {
            findings.add({Found::idleSetting, settings.originOf(key(other)), key(other),
                          "has no effect: the url does not begin with https://"});
        }
    }
    if (server.spec.url.starts_with("http://") && !server.headersFile.empty() && !isLoopback(server.spec.url)) {
        findings.add({Found::riskyServer, settings.originOf(key("url")), key("url"),
                      "whoever listens on the way reads what headers_file holds; use https://"});
    }
    if (server.spec.maxTimeoutMs > 0 && server.spec.timeoutMs > server.spec.maxTimeoutMs) {
        findings.add({Found::contradiction, settings.originOf(key("max_timeout")), key("max_timeout"),
                      "less than timeout, which has no effect then"});
    }
    const auto folder = settings.rawValues.find(key("cwd"));
    if (folder != settings.rawValues.end() && !base::trimmed(folder->second).starts_with('/') &&
        !base::trimmed(folder->second).empty() && base::trimmed(folder->second).find("${") == std::string_view::npos) {
        findings.add(
            {Found::riskyServer, settings.originOf(key("cwd")), key("cwd"),
             "a relative path: it depends on the folder in which the agent is started; write an absolute path, "
             "here " +
                 server.spec.folder});
    }
}

void addNames(std::vector<std::string>& names) {
    for (const char* name : {"HOME", "LOGNAME", "PATH", "SHELL", "TERM", "USER"}) {
        if (std::ranges::find(names, name) == names.end()) {
            names.emplace_back(name);
        }
    }
}

}  // namespace

std::span<const ServerKeyRow> serverKeys() {
    return serverRows;
}

const ServerKeyRow* findServerKey(const std::string& name) {
    const auto* row = std::ranges::find_if(serverRows, [&](const ServerKeyRow& each) { return each.name == name; });
    return row == std::end(serverRows) ? nullptr : row;
}

bool isServerKey(const std::string& name) {
    return findServerKey(name) != nullptr || slotRow(name) != nullptr;
}

Result<void> ServerSections::set(Settings& settings, const std::string& key, const SettingText& value) {
    const std::string name = memberOf(key, serverFamily);
    if (!isServerName(name)) {
        return Error(Code::invalid, "[mcp." + name +
                                        "]: the name of a server is made of letters, digits, _ and -, begins with a "
                                        "letter or _, and has at most 64 characters");
    }
    const auto [place, isNew] = settings.discovery.servers.try_emplace(name);
    if (isNew) {
        for (const auto& row : serverRows) {
            if (*row.defaultValue != '\0') {
                static_cast<void>(row.set(place->second, SettingText(row.defaultValue)));
            }
        }
    }
    if (const auto* row = findServerKey(lastPart(key))) {
        return row->set(place->second, value);
    }
    const auto* row = slotRow(lastPart(key));
    _slotValues[name].emplace_back(row, value);
    plugins::SlotSettings scratch;
    return row->apply(scratch, value);
}

void ServerSections::complete(Settings& settings, Findings& findings) const {
    for (auto& [name, server] : settings.discovery.servers) {
        auto& slot = settings.slots[name] = settings.slot;
        if (const auto own = _slotValues.find(name); own != _slotValues.end()) {
            for (const auto& [row, value] : own->second) {
                static_cast<void>(row->apply(slot, value));  // tried before
            }
        }
        addNames(slot.process.environment);
        if (!isWritten(settings, std::string(serverFamily) + name + ".command")) {
            server.spec.command.clear();  // arguments alone
        }
        if (server.spec.folder.empty()) {
            const auto start = fromStartFolder(".");
            server.spec.folder = start ? *start : "/";
        }
        checkTogether(settings, name, findings);
    }
}

}  // namespace aip::app
