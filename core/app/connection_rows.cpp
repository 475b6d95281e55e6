#include "app/masking.h"
#include "app/setting_rows.h"
#include "app/setting_values.h"

#include <string>
#include <utility>

namespace aip::app::rows {
namespace {

using base::Code;
using base::Error;
using base::Result;
using lifecycle::OnDisconnect;
using transport::TokenIn;
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

constexpr SettingRow connectionTable[] = {
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
     "Base64 of the SHA-256 of the server's public key; config/README.md says how to get it. More than one: any of "
     "them.",
     [](Reload& s, T v) { return list(s.serverKeys, v); }},
    {"server.readonly", "boolean", "false",
     "Nothing that may change something is executed, whoever calls: only data_collection tools, and those that a "
     "plugin of the installation or a pinned one marks as read-only.",
     [](Reload& s, T v) { return boolean(s.limits.readOnly, v); }},
    {"client.id", "text", "${system.nodeName}", "The name under which this device registers.",
     [](Restart& s, T v) { return identifier(s.session.clientId, v); }},
    {"client.platform", "text", "",
     "The platform as which it registers: windows, linux, darwin, mobile, ...; the server chooses the kind of session "
     "by it. Empty: this system's.",
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
     "Bytes that may wait for the server to take them, beside one message, and bytes of results until then; then "
     "commands are answered with a failure. As many may wait for MCP clients.",
     [](Restart& s, T v) {
         auto taken = size(s.session.maxQueueSize, v, 65'536, 64 * maxSize);
         s.session.commands.maxKeptSize = s.session.maxQueueSize;
         return taken;
     }},
};

}  // namespace

std::span<const SettingRow> connection() {
    return connectionTable;
}

}  // namespace aip::app::rows
