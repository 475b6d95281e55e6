#include "app/setting_rows.h"
#include "app/setting_values.h"

namespace aip::app::rows {
namespace {

using audit::Parameters;
using audit::Sync;
using namespace values;

constexpr SettingRow recordTable[] = {
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
     "Of the parameters of a call: full: all; cut: of more than 1 KiB the start, size and hash, of more than 256 KiB "
     "no hash; hash: size and hash. "
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

}  // namespace

std::span<const SettingRow> records() {
    return recordTable;
}

}  // namespace aip::app::rows
