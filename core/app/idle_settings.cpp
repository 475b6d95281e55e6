#include "app/idle_settings.h"

#include "app/setting_keys.h"
#include "app/setting_table.h"
#include "base/setting_text.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace aip::app {
namespace {

struct IdleRow {
    const char* key;
    bool (*idle)(const Settings&);
    const char* why;
};

bool withoutTls(const Settings& settings) {
    return settings.session.endpoint.url.starts_with("ws://");
}
bool withoutLogFile(const Settings& settings) {
    return settings.log.file.empty();
}
bool receivesNothing(const Settings& settings) {
    return !settings.session.transfer.receive;
}
bool sendsNothing(const Settings& settings) {
    return !settings.session.transfer.send;
}

bool withoutMcpServer(const Settings& settings) {
    return settings.mcpServer.listen.empty();
}

bool deniesNothing(const Settings& settings) {
    const auto denies = [](const execution::LimitRule& rule) { return rule.allow == false; };
    return !settings.limits.readOnly && std::ranges::none_of(settings.limits.rules, denies);
}

bool withoutAudit(const Settings& settings) {
    return !settings.audit.enabled;
}

constexpr const char* noAudit = "audit.enabled is false";
constexpr const char* noMcpServer = "mcp_server.listen is not set";
constexpr const char* noTls = "server.url is ws://";
constexpr const char* noReceiving = "transfer.receive is false";

constexpr IdleRow idleRows[] = {
    {"server.ca_file", withoutTls, noTls},
    {"server.certificate_file", withoutTls, noTls},
    {"server.private_key_file", withoutTls, noTls},
    {"server.public_key_pin", withoutTls, noTls},
    {"connection.http_proxy_credentials_file", [](const Settings& s) { return s.session.endpoint.proxyUrl.empty(); },
     "there is no proxy"},
    {"transfer.inbox", receivesNothing, noReceiving},
    {"transfer.max_inbox_size", receivesNothing, noReceiving},
    {"transfer.max_inbox_files", receivesNothing, noReceiving},
    {"transfer.piece_timeout", receivesNothing, noReceiving},
    {"transfer.max_file_size", [](const Settings& s) { return receivesNothing(s) && sendsNothing(s); },
     "transfer.receive and transfer.send are false"},
    {"transfer.chunk_size", sendsNothing, "transfer.send is false"},
    {"plugins.trusted_keys", [](const Settings& s) { return s.discovery.trust != admission::Trust::signature; },
     "plugins.trust is not signed"},
    {"connection.ping_timeout", [](const Settings& s) { return s.channel.pingInterval.count() == 0; },
     "connection.ping_interval is 0"},
    {"plugins.failure_window", [](const Settings& s) { return s.slot.process.maxFailures == 0; },
     "plugins.max_failures is 0"},
    {"server.allow_plaintext", [](const Settings& s) { return s.session.endpoint.url.starts_with("wss://"); },
     "server.url is wss://"},
    {"server.token_in", [](const Settings& s) { return s.tokenFile.empty() && !s.rawValues.contains("server.token"); },
     "there is no token"},
    {"mcp_server.key_file", withoutMcpServer, noMcpServer},
    {"mcp_server.hosts", withoutMcpServer, noMcpServer},
    {"mcp_server.allow_remote", withoutMcpServer, noMcpServer},
    {"limits.lockdown_after", deniesNothing, "nothing is denied: no [limits.PATTERN] has allow = false"},
    {"audit.file", withoutAudit, noAudit},
    {"audit.max_file_size", withoutAudit, noAudit},
    {"audit.max_files", withoutAudit, noAudit},
    {"audit.fsync", withoutAudit, noAudit},
    {"audit.journal", withoutAudit, noAudit},
    {"audit.parameters", withoutAudit, noAudit},
    {"log.file", [](const Settings& s) { return s.log.level == "off"; }, "log.level is off"},
    {"log.max_file_size", withoutLogFile, "log.file is not set"},
    {"log.max_files", withoutLogFile, "log.file is not set"},
};

bool isSet(const Settings& settings, const char* key) {
    const auto written = settings.rawValues.find(key);
    return written != settings.rawValues.end() && base::trimmed(written->second) != findSetting(key)->defaultValue;
}

constexpr const char* ofProcesses[] = {"memory_limit", "cpu_limit",   "file_limit", "process_limit",
                                       "idle_timeout", "start_ahead", "environment"};

/// Why a setting of a plugin's process has no effect with this isolation; empty: it has.
std::string whyIdle(std::string_view name, plugins::Isolation isolation) {
    const bool idle = isolation == plugins::Isolation::inProcess ||
                      (isolation == plugins::Isolation::perCall && name == "idle_timeout") ||
                      (isolation == plugins::Isolation::process && name == "start_ahead");
    return idle ? "isolation is " + std::string(plugins::name(isolation)) : "";
}

/// Of plugins that run in no process of their own, or in one for a single call.
void findIdleLimits(const Settings& settings, Findings& findings) {
    for (const auto& [id, slot] : settings.slots) {
        for (const auto* name : ofProcesses) {
            const std::string key = std::string(pluginFamily) + id + "." + name;
            const std::string why = settings.rawValues.contains(key) ? whyIdle(name, slot.isolation) : "";
            if (!why.empty()) {
                findings.add({Found::idleSetting, settings.originOf(key), key, "has no effect: " + why});
            }
        }
    }
}

/// Of all plugins, if none has an isolation of its own.
void findIdleLimitsOfAll(const Settings& settings, Findings& findings) {
    const bool same = std::ranges::all_of(
        settings.slots, [&](const auto& each) { return each.second.isolation == settings.slot.isolation; });
    for (const auto* name : ofProcesses) {
        const std::string key = std::string("plugins.") + name;
        const std::string why = same && isSet(settings, key.c_str()) ? whyIdle(name, settings.slot.isolation) : "";
        if (!why.empty()) {
            findings.add({Found::idleSetting, settings.originOf(key), key, "has no effect: " + why});
        }
    }
}

}  // namespace

void findIdleSettings(const Settings& settings, bool reloading, Findings& findings) {
    for (const auto& row : idleRows) {
        const bool looked = !reloading || scopeOf(row.key) != Scope::restart;
        if (looked && isSet(settings, row.key) && row.idle(settings)) {
            findings.add(
                {Found::idleSetting, settings.originOf(row.key), row.key, std::string("has no effect: ") + row.why});
        }
    }
    findIdleLimits(settings, findings);
    findIdleLimitsOfAll(settings, findings);
}

}  // namespace aip::app
