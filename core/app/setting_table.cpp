#include "app/setting_table.h"

#include "app/listen_address.h"
#include "app/masking.h"
#include "app/setting_values.h"

#include <algorithm>
#include <string_view>
#include <type_traits>
#include <utility>

namespace aip::app {
namespace {

using base::Code;
using base::Error;
using base::Result;
using namespace values;

/// Empty: none is set.
Result<void> url(std::string& out, const SettingText& value) {
    std::string address;
    if (auto done = text(address, value); !done) {
        return done;
    }
    if (holdsSecret(address)) {
        return Error(
            Code::invalid,
            "a secret does not belong into the address (a user before @, a parameter that is named like a "
            "token, key, secret, password or authorization); use server.token_file. In a path, write @ as %40");
    }
    if (!address.empty() && !address.starts_with("ws://") && !address.starts_with("wss://")) {
        return Error(Code::invalid, "'" + address + "' does not begin with ws:// or wss://");
    }
    out = std::move(address);
    return {};
}

/// What else may be wrong with it, the transport room says.
Result<void> proxy(std::string& out, const SettingText& value) {
    if (value.one && value.one->find('@') != std::string::npos) {
        return Error(Code::invalid,
                     "a secret does not belong into the address; use connection.http_proxy_credentials_file");
    }
    return text(out, value);
}

constexpr double mostDenials = 1'000'000;

/// Empty: none.
Result<void> lockdown(std::optional<execution::Quota>& out, const SettingText& value) {
    execution::Quota limit;
    auto done = value.one && value.one->empty() ? Result<void>() : quota(limit, value, mostDenials);
    if (done) {
        out = limit.unlimited() ? std::nullopt : std::optional(std::move(limit));
    }
    return done;
}

/// Measured: with less a runner cannot load a library, make its threads or watch a program. A program may need more.
constexpr double leastMemory = 16U << 20U;
constexpr double leastFiles = 16;
constexpr double leastProcesses = 8;

using admission::Trust;
using audit::Parameters;
using audit::Sync;
using lifecycle::OnDisconnect;
using plugins::Isolation;
using transport::TokenIn;

// The scope of a row is the type of what it writes to: see Setter.
using Restart = FixedSettings;
using Reload = ReloadableSettings;
using Plugin = plugins::SlotSettings;
using T = const SettingText&;

constexpr SettingRow table[] = {
    {"server.url", "text", "",
     "Where the Agent Server listens, e.g. wss://server.example/ws; the agent does not start without.",
     [](Restart& s, T v) { return url(s.session.endpoint.url, v); }},
    {"server.token_file", "path", "", "File that holds the server's key; readable by its owner only.",
     [](Restart& s, T v) { return path(s.tokenFile, v); }},
    {"server.token", "reference", "",
     "The server's key as a reference to the environment, e.g. ${system.env.AIP_TOKEN}; never the key itself.",
     [](Restart& s, T v) { return text(s.session.endpoint.token, v); }},
    {"server.token_in", "text", "query", "query: the key goes into the url; header: as Authorization: Bearer.",
     [](Restart& s, T v) {
         return choice(s.session.endpoint.tokenIn, v, {{"query", TokenIn::query}, {"header", TokenIn::header}});
     }},
    {"server.allow_plaintext", "boolean", "false",
     "Let ws:// leave this machine: whoever listens in between reads the key and every command.",
     [](Restart& s, T v) { return boolean(s.session.endpoint.allowPlaintext, v); }},
    {"server.ca_file", "path", "",
     "For wss://: certificates (PEM) of those whom we trust to vouch for the server; empty: those of the system.",
     [](Restart& s, T v) { return path(s.tls.caFile, v); }},
    {"server.certificate_file", "path", "",
     "Our own certificate (PEM, its chain behind it), if the server demands one.",
     [](Restart& s, T v) { return path(s.tls.certificateFile, v); }},
    {"server.private_key_file", "path", "", "The key of our certificate (PEM, not encrypted); of mode 600.",
     [](Restart& s, T v) { return path(s.tls.privateKeyFile, v); }},
    {"server.public_key_pin", "list", "",
     "Base64 of the SHA-256 of the server's public key; README.md says how to get it. More than one: any of them.",
     [](Reload& s, T v) { return list(s.serverKeys, v); }},
    {"server.readonly", "boolean", "false",
     "Nothing that may change something is executed, whoever calls: only data_collection tools, and those that a "
     "plugin of the installation or a pinned one marks as read-only.",
     [](Reload& s, T v) { return boolean(s.limits.readOnly, v); }},
    {"client.id", "text", "${system.nodeName}", "Under which name this device registers.",
     [](Restart& s, T v) { return identifier(s.session.clientId, v); }},
    {"client.platform", "text", "",
     "As what this device registers: windows, linux, darwin, mobile, ...; the server chooses the kind of session by "
     "it. Empty: this system's.",
     [](Restart& s, T v) { return v.one && v.one->empty() ? text(s.platform, v) : identifier(s.platform, v); }},

    {"connection.http_proxy", "text", "",
     "HTTP proxy on the way to the server, http://host:port; empty: https_proxy (for wss://) or http_proxy of the "
     "environment.",
     [](Restart& s, T v) { return proxy(s.session.endpoint.proxyUrl, v); }},
    {"connection.http_proxy_credentials_file", "path", "",
     "File of mode 600 with one line user:password for the proxy.",
     [](Restart& s, T v) { return path(s.proxyCredentialsFile, v); }},
    {"connection.connect_timeout", "seconds", "10", "For the connection, until the upgrade is answered.",
     [](Restart& s, T v) { return seconds(s.channel.connectTimeout, v, 0.001); }},
    {"connection.registration_timeout", "seconds", "10", "For the answer to the registration.",
     [](Restart& s, T v) { return seconds(s.session.registrationTimeout, v, 0.001); }},
    {"connection.heartbeat_interval", "seconds", "120",
     "Between two heartbeats; a dead connection is found by the pings.",
     [](Restart& s, T v) { return seconds(s.session.heartbeatInterval, v, 0.01); }},
    {"connection.heartbeat_timeout", "seconds", "180",
     "The server says nothing at all for so long after a heartbeat: reconnect; 0: never.",
     [](Restart& s, T v) { return seconds(s.session.heartbeatTimeout, v); }},
    {"connection.ping_interval", "seconds", "20",
     "Between two WebSocket pings (at least two in a ping_timeout); 0: none.",
     [](Restart& s, T v) { return seconds(s.channel.pingInterval, v); }},
    {"connection.ping_timeout", "seconds", "180", "No byte for so long: the connection is lost.",
     [](Restart& s, T v) { return seconds(s.channel.pingTimeout, v, 0.001); }},
    {"connection.read_timeout", "seconds", "60", "Silence in the middle of a message: the connection is lost.",
     [](Restart& s, T v) { return seconds(s.channel.readTimeout, v, 0.001); }},
    {"connection.send_timeout", "seconds", "60", "The server takes no byte: the connection is lost.",
     [](Restart& s, T v) { return seconds(s.channel.sendTimeout, v, 0.001); }},
    {"connection.close_timeout", "seconds", "10", "For the server's answer to our closing.",
     [](Restart& s, T v) { return seconds(s.channel.closeTimeout, v, 0.001); }},
    {"connection.max_message_size", "size", "104857600",
     "Bytes of a message, each way: a larger one is refused, a larger result becomes a failure.",
     [](Restart& s, T v) {
         auto done = size(s.channel.maxMessageSize, v, 65'536, maxSize);
         s.session.commands.maxAnswerSize = s.channel.maxMessageSize;
         return done;
     }},
    {"connection.max_retries", "number", "0",
     "Retries without a registration before giving up (exit code 69); 0: no limit.",
     [](Restart& s, T v) { return integer(s.session.maxRetries, v, 0, 1'000'000); }},
    {"connection.backoff_base", "seconds", "1", "Longest first wait; it doubles with every second attempt.",
     [](Restart& s, T v) { return seconds(s.session.backoffBase, v, 0.001); }},
    {"connection.backoff_cap", "seconds", "60", "Longest wait at all; each wait is drawn at random up to its limit.",
     [](Restart& s, T v) { return seconds(s.session.backoffCap, v, 0.001); }},
    {"connection.duplicate_id_wait", "seconds", "5",
     "Longest wait while the server may still hold our old connection; after a minute of that: backoff_cap.",
     [](Restart& s, T v) { return seconds(s.session.occupiedCap, v, 0.001); }},
    {"connection.stable_after", "seconds", "60", "Registered for so long: the waits start again.",
     [](Restart& s, T v) { return seconds(s.session.stableAfter, v); }},
    {"connection.on_disconnect", "text", "cancel",
     "When the connection is lost: cancel running commands, or finish them; either way they are answered after "
     "reconnecting.",
     [](Restart& s, T v) {
         return choice(s.session.onDisconnect, v, {{"cancel", OnDisconnect::cancel}, {"finish", OnDisconnect::finish}});
     }},
    {"connection.answer_memory", "size", "4194304",
     "Bytes of answers kept, for a command that comes twice and for sending them again after reconnecting.",
     [](Restart& s, T v) { return size(s.session.answerMemory, v, 65'536, maxSize); }},
    {"connection.max_queue_size", "size", "268435456",
     "Bytes that may wait for the server to take them, beside one message; then commands are answered with a failure.",
     [](Restart& s, T v) { return size(s.session.maxQueueSize, v, 65'536, 64 * maxSize); }},

    {"mcp_server.listen", "text", "",
     "ADDRESS:PORT at which MCP clients are served over HTTP, as 127.0.0.1:8000, path /mcp; empty: they are not.",
     [](Restart& s, T v) { return text(s.mcpServer.listen, v); }},
    {"mcp_server.key_file", "path", "",
     "File of mode 600 with the key that these clients send (Authorization: Bearer KEY).",
     [](Restart& s, T v) { return path(s.mcpServer.keyFile, v); }},
    {"mcp_server.profile", "text", "",
     "The profile that MCP clients are offered, also with --mcp, by the name of its section; empty: all namespaces.",
     [](Restart& s, T v) { return text(s.mcpServer.profile, v); }},
    {"mcp_server.hosts", "list", "",
     "Names under which these clients may address the agent, beside localhost and the address at which it listens.",
     [](Restart& s, T v) { return list(s.mcpServer.hosts, v); }},
    {"mcp_server.allow_remote", "boolean", "false",
     "mcp_server.listen may be an address of which others than this machine can connect, without TLS.",
     [](Restart& s, T v) { return boolean(s.mcpServer.allowRemote, v); }},

    {"control.socket", "text", "",
     "Unix socket at which operators are served (aip-agentctl); none: they are not. Empty: control.sock in "
     "RUNTIME_DIRECTORY, in XDG_RUNTIME_DIR/aip-agent or, for root, in /run/aip-agent if that folder is there.",
     [](Restart& s, T v) { return socketPath(s.control.socket, v); }},
    {"control.group", "text", "",
     "The group whose members may do there what the operator may, everything; empty: only the agent's user and root.",
     [](Restart& s, T v) { return text(s.control.group, v); }},

    {"metrics.listen", "text", "",
     "ADDRESS:PORT of this machine only, as 127.0.0.1:9464, at which /metrics (for Prometheus), /healthz and /readyz "
     "are "
     "served; empty: only the operator's socket has them.",
     [](Restart& s, T v) {
         auto done = text(s.metricsListen, v);
         return done ? checkLoopback(s.metricsListen) : done;
     }},

    {"service.ready", "text", "start",
     "When systemd (Type=notify) takes the agent as started: start: its plugins are ready; registered: the server has "
     "registered it, too, for which systemd waits as TimeoutStartSec says.",
     [](Restart& s, T v) {
         return choice(s.readyWhenRegistered, v, {{"start", false}, {"registered", true}});
     }},

    {"execution.tool_timeout", "seconds", "300", "For a tool whose manifest sets no time of its own.",
     [](Restart& s, T v) { return seconds(s.dispatcher.toolTimeout, v, 0.001, 604'800); }},
    {"execution.cancel_grace", "seconds", "5", "A cancelled tool may take so long before it is answered without.",
     [](Restart& s, T v) { return seconds(s.dispatcher.cancelGrace, v, 0.001); }},
    {"execution.silence_warning", "seconds", "30",
     "A call that neither ends nor reports progress for so long is warned of, as are calls that wait for others; 0: "
     "never.",
     [](Restart& s, T v) { return seconds(s.dispatcher.silenceWarning, v, 0, 604'800); }},
    {"execution.drain_timeout", "seconds", "10", "When stopping, commands that run may take so long.",
     [](Restart& s, T v) { return seconds(s.session.drainTimeout, v); }},
    {"execution.workers", "number", "4", "Threads that check large commands before a plugin gets them.",
     [](Restart& s, T v) { return integer(s.dispatcher.workers, v, 1, 256); }},
    {"execution.max_batches", "number", "1000", "Commands running and waiting; more are refused.",
     [](Restart& s, T v) { return integer(s.dispatcher.maxPlaces, v, 1, 1'000'000); }},
    {"execution.max_waiting_size", "size", "268435456",
     "Bytes of commands running and waiting; more are refused, but one command alone is taken.",
     [](Restart& s, T v) { return size(s.session.commands.maxWaitingSize, v, 65'536, maxFile); }},

    {"transfer.receive", "boolean", "false", "Take files from the server, into transfer.inbox.",
     [](Restart& s, T v) { return boolean(s.session.transfer.receive, v); }},
    {"transfer.send", "boolean", "false",
     "Let plugins send files to the server; only for a server that takes binary frames.",
     [](Restart& s, T v) { return boolean(s.session.transfer.send, v); }},
    {"transfer.inbox", "path", "", "Folder for received files, of the agent's own: it is made with mode 700.",
     [](Restart& s, T v) { return path(s.session.transfer.inbox, v); }},
    {"transfer.max_file_size", "size", "104857600", "Bytes of one file, each way.",
     [](Restart& s, T v) { return size(s.session.transfer.maxFileSize, v, 0, maxFile); }},
    {"transfer.max_inbox_size", "size", "1073741824", "Bytes of all files in the inbox; beyond, none are taken.",
     [](Restart& s, T v) { return size(s.session.transfer.maxInboxSize, v, 0, maxFile); }},
    {"transfer.max_inbox_files", "number", "10000", "Files in the inbox, two for each that is received.",
     [](Restart& s, T v) { return integer(s.session.transfer.maxInboxFiles, v, 2, 10'000'000); }},
    {"transfer.piece_timeout", "seconds", "60", "For the next piece of a file; longer: the file is given up.",
     [](Restart& s, T v) { return seconds(s.session.transfer.pieceTimeout, v, 0.001); }},
    {"transfer.chunk_size", "size", "1048576", "Bytes of the pieces in which files are sent.",
     [](Restart& s, T v) { return size(s.session.transfer.chunkSize, v, 4'096, 1U << 24U); }},

    {"plugins.directories", "list", "", "Folders with one folder per plugin; empty: those of the installation.",
     [](Reload& s, T v) { return list(s.discovery.directories, v); }},
    {"plugins.allow", "list", "", "Ids of the plugins that may run; empty: all that are found.",
     [](Reload& s, T v) { return list(s.discovery.allowed, v); }},
    {"plugins.order", "list", "",
     "Ids in the order in which plugins are admitted: the first to offer a tool keeps it. The others "
     "follow, when the plugins are replaced those at work first, then by name.",
     [](Reload& s, T v) { return list(s.discovery.order, v); }},
    {"plugins.trust", "text", "owner",
     "owner: files of root's or the agent's; pinned: besides, [plugin.ID] sha256; signed: besides, plugin.json.sig.",
     [](Reload& s, T v) {
         return choice(s.discovery.trust, v,
                       {{"owner", Trust::owner}, {"pinned", Trust::pinned}, {"signed", Trust::signature}});
     }},
    {"plugins.trusted_keys", "list", "", "Public Ed25519 keys (PEM files): who may sign plugins, for trust = signed.",
     [](Reload& s, T v) { return list(s.trustedKeyFiles, v); }},
    {"plugins.start_timeout", "seconds", "10", "For a plugin to start.",
     [](Reload& s, T v) { return seconds(s.pluginStartTimeout, v, 0.001); }},
    {"plugins.isolation", "text", "process",
     "In which process a plugin runs: process: one of its own; per_call: a fresh one for every call; in_process: the "
     "agent's, where its defects are the agent's.",
     [](Plugin& s, T v) {
         return choice(s.isolation, v,
                       {{name(Isolation::process), Isolation::process},
                        {name(Isolation::inProcess), Isolation::inProcess},
                        {name(Isolation::perCall), Isolation::perCall}});
     }},
    {"plugins.memory_limit", "size", "1073741824",
     "Bytes of private memory (heap and stacks) for each process of a plugin; shared mappings and memory files do not "
     "count; 0: no limit, otherwise at least 16MiB.",
     [](Plugin& s, T v) { return limit(s.process.limits.memory, v, leastMemory, maxFile, base::Unit::size); }},
    {"plugins.cpu_limit", "number", "0", "Seconds of processor time in the life of a plugin's process; 0: no limit.",
     [](Plugin& s, T v) { return integer(s.process.limits.cpuSeconds, v, 0, 1e9); }},
    {"plugins.file_limit", "number", "1024",
     "Files that a plugin's process may have open at once; 0: no limit, otherwise at least 16.",
     [](Plugin& s, T v) { return limit(s.process.limits.files, v, leastFiles, 1'048'576); }},
    {"plugins.process_limit", "number", "1024",
     "Processes and threads that a plugin's process may consist of, with all that it starts: with more it is killed. "
     "0: no limit, otherwise at least 8.",
     [](Plugin& s, T v) { return limit(s.process.limits.processes, v, leastProcesses, 4'194'304); }},
    {"plugins.idle_timeout", "seconds", "0",
     "A plugin's process that has had nothing to do for so long is stopped until the next call; 0: never.",
     [](Plugin& s, T v) { return seconds(s.process.idleTimeout, v, 0, 604'800); }},
    {"plugins.environment", "list", "",
     "Names of variables that the processes of plugins get beside PATH, LANG, LC_*, TZ, HOME and TMPDIR.",
     [](Plugin& s, T v) { return variables(s.process.environment, v); }},
    {"plugins.host_view", "list", "shell",
     "Ids of plugins whose processes stay in the namespaces of the host and may signal other processes: for those "
     "whose "
     "programs judge the owners of files, or look at processes. What they start may outlive them.",
     [](Reload& s, T v) { return list(s.hostView, v); }},
    {"plugins.require", "list", "",
     "A plugin whose process lacks one of these is refused: user_namespace, pid_namespace, ipc_namespace, own_user, "
     "no_new_privs, signal_scope, undumpable. --list-plugins shows what is in force.",
     [](Plugin& s, T v) { return measures(s.process.confinement.required, v); }},
    {"plugins.run_as", "text", "",
     "User (name or uid) that a plugin's process runs as, if the agent is root; empty: the agent's own, whose files it "
     "can read.",
     [](Plugin& s, T v) { return user(s.process.confinement.user, v); }},
    {"plugins.debuggable", "boolean", "false",
     "For plugin authors: let debuggers of the same user attach to a plugin's process and, read at start, to the "
     "agent.",
     [](Plugin& s, T v) { return boolean(s.process.confinement.debuggable, v); }},
    {"plugins.max_failures", "number", "5",
     "A plugin whose process fails so often within failure_window is quarantined: its calls are refused for "
     "failure_window, then it is tried again; each time it fails again, for twice as long, up to an hour; 0: never.",
     [](Reload& s, T v) { return integer(s.slot.process.maxFailures, v, 0, 1'000); }},
    {"plugins.failure_window", "seconds", "60", "See max_failures.",
     [](Reload& s, T v) { return seconds(s.slot.process.failureWindow, v, 0.001); }},
    {"plugins.backoff_base", "seconds", "0.1",
     "Longest wait before a plugin whose process has failed is started again; it grows with every failure in a row.",
     [](Reload& s, T v) { return seconds(s.slot.process.backoffBase, v, 0.001); }},
    {"plugins.backoff_cap", "seconds", "10", "Longest such wait at all.",
     [](Reload& s, T v) { return seconds(s.slot.process.backoffCap, v, 0.001); }},
    {"plugins.device_info_timeout", "seconds", "5", "How long the registration waits for the device-info plugins.",
     [](Restart& s, T v) { return seconds(s.deviceInfoTimeout, v, 0.001); }},

    {"limits.lockdown_after", "text", "",
     "So many denied calls in a time, as 20/10m, lock the agent until aip-agentctl unlock; empty: never.",
     [](Reload& s, T v) { return lockdown(s.limits.lockdownAfter, v); }},

    {"state.directory", "path", "",
     "Folder in which each plugin has one of its own, plugins/ID, kept over upgrades; empty: $STATE_DIRECTORY of "
     "systemd, else $XDG_STATE_HOME/aip-agent, else /var/lib/aip-agent for root, ~/.local/state/aip-agent for others.",
     [](Reload& s, T v) { return path(s.stateDirectory, v); }},

    {"audit.enabled", "boolean", "true",
     "Keep an account of every call, of whichever client, and of what else happens to the agent, as a chain of "
     "records.",
     [](Restart& s, T v) { return boolean(s.audit.enabled, v); }},
    {"audit.file", "path", "",
     "Its file, of mode 600; empty: audit/audit.jsonl below state.directory, if that is possible. If a written one "
     "cannot be used, the agent does not start.",
     [](Restart& s, T v) { return path(s.audit.file, v); }},
    {"audit.max_file_size", "size", "16777216", "Bytes, then the file is rotated; the chain goes on.",
     [](Restart& s, T v) { return size(s.audit.maxFileSize, v, 4'096, maxSize); }},
    {"audit.max_files", "number", "10", "Rotated files that are kept.",
     [](Restart& s, T v) { return integer(s.audit.maxFiles, v, 1, 1'000); }},
    {"audit.fsync", "text", "none",
     "What survives a loss of power: none: what the system has written by itself; group: the records that waited; "
     "record: each record. The end of the agent, whatever kind, loses what it has done in the last milliseconds at "
     "most.",
     [](Restart& s, T v) {
         return choice(s.audit.sync, v, {{"none", Sync::none}, {"group", Sync::group}, {"record", Sync::record}});
     }},
    {"audit.journal", "boolean", "false", "A copy of each record in systemd's journal: journalctl -t aip-agent-audit.",
     [](Restart& s, T v) { return boolean(s.audit.journal, v); }},
    {"audit.parameters", "text", "cut",
     "Of the parameters of a call: full: all; cut: of more than 1 KiB the start, size and hash; hash: size and hash. "
     "What a tool's schema marks as secret (writeOnly, format password) is never written.",
     [](Restart& s, T v) {
         return choice(s.audit.parameters, v,
                       {{"full", Parameters::full}, {"cut", Parameters::cut}, {"hash", Parameters::hash}});
     }},

    {"log.level", "text", "info", "trace, debug, info, warn, error or off; message bodies only at trace.",
     [](Restart& s, T v) {
         auto done = oneOf(v, {"trace", "debug", "info", "warn", "error", "off"});
         return done ? text(s.log.level, v) : done;
     }},
    {"log.format", "text", "text",
     "text; json: one object in each line, with the names of the audit; journal: on standard error the priority and "
     "the "
     "text, without the time, for systemd's journal.",
     [](Restart& s, T v) {
         return choice(s.log.format, v,
                       {{"text", LogFormat::text}, {"json", LogFormat::json}, {"journal", LogFormat::journal}});
     }},
    {"log.console", "boolean", "true", "Log to standard error.",
     [](Restart& s, T v) { return boolean(s.log.console, v); }},
    {"log.file", "path", "",
     "Log to this file, too. It is made with mode 640 or less; SIGHUP and SIGUSR1 open it again.",
     [](Restart& s, T v) { return path(s.log.file, v); }},
    {"log.max_file_size", "size", "10485760", "Bytes, then the file is rotated.",
     [](Restart& s, T v) { return size(s.log.maxFileSize, v, 4'096, maxSize); }},
    {"log.max_files", "number", "5", "Rotated files that are kept.",
     [](Restart& s, T v) { return integer(s.log.maxFiles, v, 1, 1'000); }},
};

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
    return table;
}

const SettingRow* findSetting(const std::string& key) {
    const auto* row = std::ranges::find(table, key, &SettingRow::key);
    return row == std::end(table) ? nullptr : row;
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
