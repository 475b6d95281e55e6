#pragma once

#include "hosting/artifact.h"
#include "hosting/host.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aip::plugins {

/// In which process a plugin runs.
enum class Isolation {
    process,    ///< one of its own
    inProcess,  ///< the agent's: quicker, but its defects are the agent's
    perCall,    ///< a fresh one for every call
};

/// "process", "in_process", "per_call": as it stands in the configuration.
std::string_view name(Isolation isolation);

/// What one process of a plugin may use; 0: as much as it likes.
struct ProcessLimits {
    std::uint64_t memory = 0;      ///< bytes that it can write to and shares with nobody (RLIMIT_DATA)
    std::uint64_t cpuSeconds = 0;  ///< in its whole life; then it is killed
    std::uint64_t files = 0;       ///< open descriptors
    std::uint64_t processes = 0;   ///< of the agent's user, all counted, threads too; never holds root

    bool operator==(const ProcessLimits&) const = default;
};

/// For plugins that run in a process of their own.
struct ProcessSettings {
    std::filesystem::path runner;  ///< the program aip-plugin-runner
    std::vector<std::string>
        environment;  ///< names of variables that it gets beside PATH, LANG, LC_*, TZ, HOME, TMPDIR
    ProcessLimits limits;
    std::chrono::milliseconds idleTimeout{0};      ///< without a call for so long, it is stopped; 0: never
    std::chrono::milliseconds stopTimeout{5'000};  ///< for stop() and destroy() of the plugin; then it is killed
    std::uint32_t maxFailures = 5;                 ///< so many within failureWindow: quarantine; 0: never
    std::chrono::milliseconds failureWindow{60'000};
    std::chrono::milliseconds backoffBase{100};  ///< longest wait before the first restart; see base::Backoff
    std::chrono::milliseconds backoffCap{10'000};

    bool operator==(const ProcessSettings&) const = default;
};

/// How a plugin is run. Two slots of one plugin with equal settings are as good as each other.
struct SlotSettings {
    Isolation isolation = Isolation::process;
    std::string configJson = "{}";                   ///< what start() of the plugin gets
    std::chrono::milliseconds startTimeout{10'000};  ///< for loading and starting
    std::size_t maxQueue = 1024;                     ///< calls that wait for a place
    std::size_t maxResultSize = 100UL << 20U;        ///< of one call, bytes
    hosting::HostSettings host{};                    ///< what the plugin may know of the agent
    ProcessSettings process;

    bool operator==(const SlotSettings&) const = default;
};

/// Where what a plugin says goes to.
struct SlotWiring {
    hosting::LogSink log{};                            ///< may be empty
    std::optional<hosting::ArtifactPort> artifacts{};  ///< none: the plugin cannot send files
};

}  // namespace aip::plugins
