#include "app/settings.h"
#include "base/json_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <limits>

namespace aip::app {
namespace {

using base::Code;
using base::Error;
using base::Result;
using std::chrono::milliseconds;

Result<double> number(const std::string& text, double low, double high) {
    double value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
        return Error(Code::invalid, "'" + text + "' is not a number");
    }
    if (value < low || value > high) {
        return Error(Code::invalid, text + " is out of range: " + std::to_string(static_cast<std::int64_t>(low)) +
                                        " to " + std::to_string(static_cast<std::int64_t>(high)));
    }
    return value;
}

/// Sets a duration given in seconds; fractions are fine.
Result<void> seconds(milliseconds& out, const std::string& text, double low = 0, double high = 86'400) {
    const auto value = number(text, low, high);
    if (!value) {
        return value.error();
    }
    out = milliseconds(std::llround(*value * 1000));
    return {};
}

template <typename Integer>
Result<void> integer(Integer& out, const std::string& text, double low, double high) {
    const auto value = number(text, low, high);
    if (!value) {
        return value.error();
    }
    if (*value != std::floor(*value)) {
        return Error(Code::invalid, "'" + text + "' is not a whole number");
    }
    out = static_cast<Integer>(*value);
    return {};
}

Result<void> boolean(bool& out, const std::string& text) {
    out = text == "true";
    return oneOf(text, {"true", "false"});
}

Result<void> url(std::string& out, const std::string& text) {
    if (!text.starts_with("ws://") && !text.starts_with("wss://")) {
        return Error(Code::invalid, "'" + text + "' does not begin with ws:// or wss://");
    }
    if (text.find("token=") != std::string::npos || text.find('@') != std::string::npos) {
        return Error(Code::invalid, "a secret does not belong into the address; use server.token_file");
    }
    out = text;
    return {};
}

/// What else may be wrong with it, the transport room says.
Result<void> proxy(std::string& out, const std::string& text) {
    if (text.find('@') != std::string::npos) {
        return Error(Code::invalid,
                     "a secret does not belong into the address; use connection.http_proxy_credentials_file");
    }
    out = text;
    return {};
}

Result<void> text(std::string& out, const std::string& value) {
    if (!base::isUtf8(value)) {
        return Error(Code::invalid, "not valid UTF-8");
    }
    out = value;
    return {};
}

/// Absolute from here on: a daemon changes its working directory.
Result<void> path(std::string& out, const std::string& value) {
    out = value.empty() ? value : std::filesystem::absolute(value).string();
    return {};
}

Result<void> nonEmpty(std::string& out, const std::string& value) {
    if (value.empty()) {
        return Error(Code::invalid, "must not be empty");
    }
    return text(out, value);
}

Result<void> isolation(plugins::Isolation& out, const std::string& value) {
    for (const auto each : {plugins::Isolation::process, plugins::Isolation::inProcess, plugins::Isolation::perCall}) {
        out = value == name(each) ? each : out;
    }
    return oneOf(value, {"process", "in_process", "per_call"});
}

template <typename Entry>
Result<void> list(std::vector<Entry>& out, const std::string& value) {
    const auto entries = splitList(value);
    out.assign(entries.begin(), entries.end());
    if constexpr (std::is_same_v<Entry, std::filesystem::path>) {
        std::transform(out.begin(), out.end(), out.begin(),
                       [](const auto& each) { return std::filesystem::absolute(each); });
    }
    return {};
}

Result<void> trust(admission::Trust& out, const std::string& value) {
    out = value == "signed"   ? admission::Trust::signature
          : value == "pinned" ? admission::Trust::pinned
                              : admission::Trust::owner;
    return oneOf(value, {"owner", "pinned", "signed"});
}

constexpr double maxSize = 1U << 30U;
constexpr double maxFile = 1UL << 40U;

using S = Settings;
using T = const std::string&;

constexpr SettingRow table[] = {
    {"server.url", "text", "ws://127.0.0.1:5000/ws", "Where the Agent Server listens.",
     [](S& s, T v) { return url(s.session.endpoint.url, v); }},
    {"server.token_file", "path", "", "File that holds the server's key; readable by its owner only.",
     [](S& s, T v) { return path(s.tokenFile, v); }},
    {"server.token", "reference", "",
     "The server's key as a reference to the environment, e.g. ${system.env.AIP_TOKEN}; never the key itself.",
     [](S& s, T v) { return text(s.session.endpoint.token, v); }},
    {"server.token_in", "text", "query", "query: the key goes into the url; header: as Authorization: Bearer.",
     [](S& s, T v) {
         s.session.endpoint.tokenIn = v == "header" ? transport::TokenIn::header : transport::TokenIn::query;
         return oneOf(v, {"query", "header"});
     }},
    {"server.allow_plaintext", "boolean", "false",
     "Let ws:// leave this machine: whoever listens in between reads the key and every command.",
     [](S& s, T v) { return boolean(s.session.endpoint.allowPlaintext, v); }},
    {"server.ca_file", "path", "",
     "For wss://: certificates (PEM) of those whom we trust to vouch for the server; empty: those of the system.",
     [](S& s, T v) { return path(s.tls.caFile, v); }},
    {"server.certificate_file", "path", "",
     "Our own certificate (PEM, its chain behind it), if the server demands one.",
     [](S& s, T v) { return path(s.tls.certificateFile, v); }},
    {"server.private_key_file", "path", "", "The key of our certificate (PEM, not encrypted); of mode 600.",
     [](S& s, T v) { return path(s.tls.privateKeyFile, v); }},
    {"server.public_key_pin", "list", "",
     "Base64 of the SHA-256 of the server's public key; README.md says how to get it. More than one: any of them.",
     [](S& s, T v) { return list(s.tls.publicKeys, v); }},
    {"client.id", "text", "${system.nodeName}", "Under which name this device registers.",
     [](S& s, T v) { return nonEmpty(s.session.clientId, v); }},

    {"connection.http_proxy", "text", "",
     "HTTP proxy on the way to the server, http://host:port; empty: https_proxy (for wss://) or http_proxy of the "
     "environment.",
     [](S& s, T v) { return proxy(s.session.endpoint.proxyUrl, v); }},
    {"connection.http_proxy_credentials_file", "path", "",
     "File of mode 600 with one line user:password for the proxy.",
     [](S& s, T v) { return path(s.proxyCredentialsFile, v); }},
    {"connection.connect_timeout", "seconds", "10", "For the connection, until the upgrade is answered.",
     [](S& s, T v) { return seconds(s.channel.connectTimeout, v, 0.001); }},
    {"connection.registration_timeout", "seconds", "10", "For the answer to the registration.",
     [](S& s, T v) { return seconds(s.session.registrationTimeout, v, 0.001); }},
    {"connection.heartbeat_interval", "seconds", "30", "Between two heartbeats.",
     [](S& s, T v) { return seconds(s.session.heartbeatInterval, v, 0.01); }},
    {"connection.heartbeat_timeout", "seconds", "180",
     "The server says nothing at all for so long after a heartbeat: reconnect; 0: never.",
     [](S& s, T v) { return seconds(s.session.heartbeatTimeout, v); }},
    {"connection.ping_interval", "seconds", "20",
     "Between two WebSocket pings (at least two in a ping_timeout); 0: none.",
     [](S& s, T v) { return seconds(s.channel.pingInterval, v); }},
    {"connection.ping_timeout", "seconds", "180", "No byte for so long: the connection is lost.",
     [](S& s, T v) { return seconds(s.channel.pingTimeout, v, 0.001); }},
    {"connection.read_timeout", "seconds", "60", "Silence in the middle of a message: the connection is lost.",
     [](S& s, T v) { return seconds(s.channel.readTimeout, v, 0.001); }},
    {"connection.send_timeout", "seconds", "60", "The server takes no byte: the connection is lost.",
     [](S& s, T v) { return seconds(s.channel.sendTimeout, v, 0.001); }},
    {"connection.close_timeout", "seconds", "10", "For the server's answer to our closing.",
     [](S& s, T v) { return seconds(s.channel.closeTimeout, v, 0.001); }},
    {"connection.max_message_size", "size", "104857600",
     "Bytes of a message, each way: a larger one is refused, a larger result becomes a failure.",
     [](S& s, T v) {
         auto done = integer(s.channel.maxMessageSize, v, 65'536, maxSize);
         s.dispatcher.maxMessageSize = s.channel.maxMessageSize;
         return done;
     }},
    {"connection.max_retries", "number", "0", "Attempts in a row before giving up (exit code 69); 0: for ever.",
     [](S& s, T v) { return integer(s.session.maxRetries, v, 0, 1'000'000); }},
    {"connection.backoff_base", "seconds", "1", "Longest first wait; it doubles with every second attempt.",
     [](S& s, T v) { return seconds(s.session.backoffBase, v, 0.001); }},
    {"connection.backoff_cap", "seconds", "60", "Longest wait at all; each wait is drawn at random up to its limit.",
     [](S& s, T v) { return seconds(s.session.backoffCap, v, 0.001); }},
    {"connection.duplicate_id_wait", "seconds", "5",
     "Longest wait between two attempts while the server holds on to our old connection.",
     [](S& s, T v) { return seconds(s.session.occupiedCap, v, 0.001); }},
    {"connection.stable_after", "seconds", "60", "Registered for so long: the waits start anew.",
     [](S& s, T v) { return seconds(s.session.stableAfter, v); }},
    {"connection.on_disconnect", "text", "cancel",
     "What becomes of running commands when the connection is lost: cancel; or finish, and answer after reconnecting.",
     [](S& s, T v) {
         s.session.onDisconnect = v == "finish" ? lifecycle::OnDisconnect::finish : lifecycle::OnDisconnect::cancel;
         return oneOf(v, {"cancel", "finish"});
     }},
    {"connection.answer_memory", "size", "4194304",
     "Bytes of answers kept, for a command that comes twice and for on_disconnect = finish.",
     [](S& s, T v) { return integer(s.session.answerMemory, v, 65'536, maxSize); }},
    {"connection.max_queue_size", "size", "268435456",
     "Bytes that may wait for the server to take them, beside one message; then commands are answered with a failure.",
     [](S& s, T v) { return integer(s.session.maxQueueSize, v, 65'536, 64 * maxSize); }},

    {"execution.tool_timeout", "seconds", "6000", "For a tool whose manifest sets no time of its own.",
     [](S& s, T v) { return seconds(s.dispatcher.toolTimeout, v, 0.001, 604'800); }},
    {"execution.cancel_grace", "seconds", "5", "A cancelled tool may take so long before it is answered without.",
     [](S& s, T v) { return seconds(s.dispatcher.cancelGrace, v, 0.001); }},
    {"execution.drain_timeout", "seconds", "10", "When stopping, commands that run may take so long.",
     [](S& s, T v) { return seconds(s.session.drainTimeout, v); }},
    {"execution.workers", "number", "4", "Threads that check large commands before a plugin gets them.",
     [](S& s, T v) { return integer(s.dispatcher.workers, v, 1, 256); }},
    {"execution.max_batches", "number", "1000", "Commands running and waiting; more are refused.",
     [](S& s, T v) { return integer(s.dispatcher.maxBatches, v, 1, 1'000'000); }},

    {"transfer.receive", "boolean", "false", "Take files from the server, into transfer.inbox.",
     [](S& s, T v) { return boolean(s.session.transfer.receive, v); }},
    {"transfer.send", "boolean", "false",
     "Let plugins send files to the server; only for a server that takes binary frames.",
     [](S& s, T v) { return boolean(s.session.transfer.send, v); }},
    {"transfer.inbox", "path", "", "Folder for received files, of the agent's own: it is made with mode 700.",
     [](S& s, T v) { return path(s.session.transfer.inbox, v); }},
    {"transfer.max_file_size", "size", "104857600", "Bytes of one file, each way.",
     [](S& s, T v) { return integer(s.session.transfer.maxFileSize, v, 0, maxFile); }},
    {"transfer.max_inbox_size", "size", "1073741824", "Bytes of all files in the inbox; beyond, none are taken.",
     [](S& s, T v) { return integer(s.session.transfer.maxInboxSize, v, 0, maxFile); }},
    {"transfer.piece_timeout", "seconds", "60", "For the next piece of a file; longer: the file is given up.",
     [](S& s, T v) { return seconds(s.session.transfer.pieceTimeout, v, 0.001); }},
    {"transfer.chunk_size", "size", "1048576", "Bytes of the pieces in which files are sent.",
     [](S& s, T v) { return integer(s.session.transfer.chunkSize, v, 4'096, 1U << 24U); }},

    {"plugins.directories", "list", "", "Folders with one folder per plugin; empty: those of the installation.",
     [](S& s, T v) { return list(s.registry.directories, v); }},
    {"plugins.allow", "list", "", "Ids of the plugins that may run; empty: all that are found.",
     [](S& s, T v) { return list(s.registry.allowed, v); }},
    {"plugins.order", "list", "",
     "Ids in the order in which plugins are admitted: the first to offer a tool keeps it. The others follow by name.",
     [](S& s, T v) { return list(s.registry.order, v); }},
    {"plugins.trust", "text", "owner",
     "owner: files of root's or the agent's; pinned: besides, [plugin.ID] sha256; signed: besides, plugin.json.sig.",
     [](S& s, T v) { return trust(s.registry.trust, v); }},
    {"plugins.trusted_keys", "list", "", "Public Ed25519 keys (PEM files): who may sign plugins, for trust = signed.",
     [](S& s, T v) { return list(s.trustedKeyFiles, v); }},
    {"plugins.start_timeout", "seconds", "10", "For a plugin to start.",
     [](S& s, T v) { return seconds(s.pluginStartTimeout, v, 0.001); }},
    {"plugins.isolation", "text", "process",
     "In which process a plugin runs: process: one of its own; per_call: a fresh one for every call; in_process: the "
     "agent's, where its defects are the agent's.",
     [](S& s, T v) { return isolation(s.slot.isolation, v); }},
    {"plugins.memory_limit", "size", "1073741824", "Bytes of memory for a plugin's process; 0: no limit.",
     [](S& s, T v) { return integer(s.slot.process.limits.memory, v, 0, maxFile); }},
    {"plugins.cpu_limit", "number", "0", "Seconds of processor time in the life of a plugin's process; 0: no limit.",
     [](S& s, T v) { return integer(s.slot.process.limits.cpuSeconds, v, 0, 1e9); }},
    {"plugins.file_limit", "number", "1024", "Files that a plugin's process may have open at once; 0: no limit.",
     [](S& s, T v) { return integer(s.slot.process.limits.files, v, 0, 1'048'576); }},
    {"plugins.process_limit", "number", "0",
     "Processes and threads of the agent's user, all together, beyond which a plugin cannot start another; 0: no "
     "limit.",
     [](S& s, T v) { return integer(s.slot.process.limits.processes, v, 0, 4'194'304); }},
    {"plugins.idle_timeout", "seconds", "0",
     "A plugin's process that has had nothing to do for so long is stopped until the next call; 0: never.",
     [](S& s, T v) { return seconds(s.slot.process.idleTimeout, v, 0, 604'800); }},
    {"plugins.environment", "list", "",
     "Names of variables that the processes of plugins get beside PATH, LANG, LC_*, TZ, HOME and TMPDIR.",
     [](S& s, T v) { return list(s.slot.process.environment, v); }},
    {"plugins.max_failures", "number", "5",
     "A plugin whose process fails so often within failure_window is not started any more; 0: it always is.",
     [](S& s, T v) { return integer(s.slot.process.maxFailures, v, 0, 1'000); }},
    {"plugins.failure_window", "seconds", "60", "See max_failures.",
     [](S& s, T v) { return seconds(s.slot.process.failureWindow, v, 0.001); }},
    {"plugins.backoff_base", "seconds", "0.1",
     "Longest wait before a plugin whose process has failed is started again; it grows with every failure in a row.",
     [](S& s, T v) { return seconds(s.slot.process.backoffBase, v, 0.001); }},
    {"plugins.backoff_cap", "seconds", "10", "Longest such wait at all.",
     [](S& s, T v) { return seconds(s.slot.process.backoffCap, v, 0.001); }},
    {"plugins.device_info_timeout", "seconds", "5", "For a device-info plugin to answer.",
     [](S& s, T v) { return seconds(s.deviceInfoTimeout, v, 0.001); }},

    {"log.level", "text", "info", "trace, debug, info, warn or error; message bodies are logged at trace only.",
     [](S& s, T v) {
         s.log.level = v;
         return oneOf(v, {"trace", "debug", "info", "warn", "error"});
     }},
    {"log.console", "boolean", "true", "Log to standard error.", [](S& s, T v) { return boolean(s.log.console, v); }},
    {"log.file", "path", "", "Log to this file, too.", [](S& s, T v) { return path(s.log.file, v); }},
    {"log.max_file_size", "size", "10485760", "Bytes, then the file is rotated.",
     [](S& s, T v) { return integer(s.log.maxFileSize, v, 4'096, maxSize); }},
    {"log.max_files", "number", "5", "Rotated files that are kept.",
     [](S& s, T v) { return integer(s.log.maxFiles, v, 1, 1'000); }},
};

}  // namespace

base::Result<void> oneOf(const std::string& value, const std::vector<std::string>& choices) {
    std::string known;
    for (const auto& choice : choices) {
        if (choice == value) {
            return {};
        }
        known += (known.empty() ? "" : ", ") + choice;
    }
    return Error(Code::invalid, "'" + value + "' is none of " + known);
}

std::vector<std::string> splitList(const std::string& text) {
    std::vector<std::string> entries;
    std::size_t at = 0;
    while (at <= text.size()) {
        const std::size_t comma = std::min(text.find(',', at), text.size());
        const std::size_t first = text.find_first_not_of(" \t", at);
        if (first < comma) {
            entries.push_back(text.substr(first, text.find_last_not_of(" \t", comma - 1) - first + 1));
        }
        at = comma + 1;
    }
    return entries;
}

std::span<const SettingRow> settingTable() {
    return table;
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
    };
    return keys;
}

}  // namespace aip::app
