#pragma once

#include "app/loop_watch.h"
#include "app/process_usage.h"
#include "audit/trail.h"
#include "base/clock.h"
#include "lifecycle/session_status.h"
#include "metrics/exposition.h"
#include "plugins/plugin_set.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace aip::app {

/// The agent at one moment, for its metrics.
struct AgentFigures {
    std::string version;
    std::string abi;
    base::Clock::WallTime started{};
    std::optional<lifecycle::SessionStatus> session;  ///< none: there is no server, or the session does not answer
    std::uint64_t attempts = 0;
    std::uint64_t registrations = 0;
    std::vector<plugins::PluginEntry> plugins;
    std::vector<LoopWatch::Age> loops;
    std::size_t pending = 0;
    bool locked = false;
    std::uint64_t records = 0;
    audit::TrailState audit{};
    std::uint64_t operatorsRefused = 0;  ///< their requests, for want of a place
    ProcessUsage usage;
};

/// All metrics but those of calls; config/README.md lists them.
std::vector<metrics::Reading> readingsOf(const AgentFigures& figures, base::Clock::TimePoint now);

}  // namespace aip::app
