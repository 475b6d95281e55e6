#include "app/setting_rows.h"
#include "app/setting_values.h"

#include <optional>
#include <utility>

namespace aip::app::rows {
namespace {

using admission::Trust;
using aip::plugins::Isolation;
using base::Result;
using namespace values;

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

constexpr SettingRow pluginTable[] = {
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
    {"plugins.process_limit", "number", "512",
     "Processes and threads that a plugin's process may consist of, with all that it starts: with more it is killed. "
     "0: no limit, otherwise at least 8.",
     [](Plugin& s, T v) { return limit(s.process.limits.processes, v, leastProcesses, 4'194'304); }},
    {"plugins.idle_timeout", "seconds", "0",
     "A plugin's process that has had nothing to do for so long is stopped until the next call; 0: never.",
     [](Plugin& s, T v) { return seconds(s.process.idleTimeout, v, 0, 604'800); }},
    {"plugins.start_ahead", "seconds", "60",
     "With isolation = per_call, after a call: how long a process that has been started for the next one waits for it; "
     "0: none is started before its call comes.",
     [](Plugin& s, T v) { return seconds(s.process.startAhead, v, 0, 604'800); }},
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
};

}  // namespace

std::span<const SettingRow> plugins() {
    return pluginTable;
}

}  // namespace aip::app::rows
