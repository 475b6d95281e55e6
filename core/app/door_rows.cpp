#include "app/listen_address.h"
#include "app/setting_rows.h"
#include "app/setting_values.h"

namespace aip::app::rows {
namespace {

using namespace values;

constexpr SettingRow doorTable[] = {
    {"mcp_server.listen", "text", "",
     "ADDRESS:PORT at which MCP clients are served over HTTP, as 127.0.0.1:8000, path /mcp; empty: they are not.",
     [](Restart& s, T v) { return text(s.mcpServer.listen, v); }},
    {"mcp_server.key_file", "path", "",
     "File of mode 600 with the key that these clients send (Authorization: Bearer KEY), at least 16 characters.",
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
     "Bytes of commands that are kept, beside one of the largest, until no call needs them; more are refused. As many "
     "may be kept for MCP clients.",
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
};

}  // namespace

std::span<const SettingRow> doors() {
    return doorTable;
}

}  // namespace aip::app::rows
