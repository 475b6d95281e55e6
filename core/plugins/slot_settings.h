#pragma once

#include "hosting/artifact.h"
#include "hosting/host.h"
#include "link/measures.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aip::plugins {

/// In which process a plugin runs.
enum class Isolation {
    process,    ///< in one of its own
    inProcess,  ///< in the agent's: quicker, but a crash of the plugin is one of the agent
    perCall,    ///< in a fresh one for every call
};

/// "process", "in_process", "per_call": as in the configuration.
std::string_view name(Isolation isolation);

/// What one process of a plugin may use; 0: no limit. A plugin can make some more processes than allowed until
/// they are counted: in a user namespace of its own half as many at most.
struct ProcessLimits {
    std::uint64_t memory = 0;      ///< bytes of private writable memory (RLIMIT_DATA)
    std::uint64_t cpuSeconds = 0;  ///< in total; then it is killed
    std::uint64_t files = 0;       ///< open descriptors
    std::uint64_t processes = 0;   ///< and threads, of it and all that it starts; then it is killed

    bool operator==(const ProcessLimits&) const = default;
};

/// The user and group that a plugin's process runs as.
struct ProcessUser {
    std::uint32_t user = 0;
    std::uint32_t group = 0;

    bool operator==(const ProcessUser&) const = default;
};

/// How a plugin's process is kept away from the agent and from other plugins. See link::Measure.
struct ConfinementSettings {
    bool hostView = false;            ///< without namespaces and scope of signals: it sees what the agent's user may
    bool debuggable = false;          ///< its process may be traced by others of its user
    link::Measures required;          ///< a process without one of them does not load the plugin
    std::optional<ProcessUser> user;  ///< none: the agent's; if set it is required, too

    /// What a process with these settings does without.
    link::Measures renounced() const;

    bool operator==(const ConfinementSettings&) const = default;
};

/// For plugins that run in a process of their own.
struct ProcessSettings {
    std::filesystem::path runner;          ///< the program aip-plugin-runner
    std::vector<std::string> environment;  ///< names of variables it gets beside PATH, LANG, LC_*, TZ, HOME, TMPDIR
    ProcessLimits limits;
    ConfinementSettings confinement;
    std::chrono::milliseconds idleTimeout{0};  ///< it is stopped after so long without a call; 0: never
    /// With Isolation::perCall: how long a process that was started ahead waits for its call; 0: none is started ahead.
    std::chrono::milliseconds startAhead{60'000};
    std::chrono::milliseconds stopTimeout{5'000};  ///< for stop() and destroy() of the plugin; then it is killed
    std::uint32_t maxFailures = 5;                 ///< within failureWindow before quarantine; 0: never
    std::chrono::milliseconds failureWindow{60'000};
    std::chrono::milliseconds backoffBase{100};  ///< longest wait before the first restart; see base::Backoff
    std::chrono::milliseconds backoffCap{10'000};

    bool operator==(const ProcessSettings&) const = default;
};

/// How a plugin is run. Slots of one plugin with equal settings are interchangeable.
struct SlotSettings {
    Isolation isolation = Isolation::process;
    std::string configJson = "{}";                   ///< what start() of the plugin gets
    std::chrono::milliseconds startTimeout{10'000};  ///< for loading and starting
    std::size_t maxQueue = 1024;                     ///< calls that wait for a place
    std::size_t maxResultSize = 100UL << 20U;        ///< of one call, bytes
    hosting::HostSettings host{};                    ///< what the plugin may know of the agent
    /// Of an MCP server: where its list of tools is kept, so that it need not be started before its first call; see
    /// KeptTools. Empty: it is not.
    std::filesystem::path keptTools{};
    bool trial = true;   ///< in a process of its own, before it is loaded in this one
    bool sealed = true;  ///< in this process: a sealed copy is loaded; else the file, which valgrind finds by its name
    ProcessSettings process;

    bool operator==(const SlotSettings&) const = default;
};

/// Where the output of a plugin goes.
struct SlotWiring {
    hosting::LogSink log{};                            ///< may be empty
    std::optional<hosting::ArtifactPort> artifacts{};  ///< none: the plugin cannot send files
    /// Takes secrets out of what a plugin says of why it does not start or has ended. Any thread. Empty: nothing.
    std::function<std::string(std::string text)> redact{};
    /// Hears why the plugin, or a process of it, has failed. Any thread; must be quick. May be empty.
    std::function<void(const std::string& why)> failed{};
};

}  // namespace aip::plugins
