#pragma once

#include "app/finding.h"
#include "app/settings.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace aip::app {

/// How many processes and threads the system grants to this process and those beside and below it: the least pids.max
/// of its control group, whose line in /proc/self/cgroup is `own`, and of those above it. None: as many as there are,
/// or the system does not say. `root`: where control groups are mounted.
std::optional<std::uint64_t> grantedTasks(const std::string& own, const std::filesystem::path& root);

/// Whether the plugins, each up to plugins.process_limit, and the agent fit into `granted`: if they do not, one that
/// makes processes without end can leave none to the agent before it is found. Reads manifests.
Findings taskFindings(const Settings& settings, std::uint64_t granted);

/// The same for this process.
Findings checkTasks(const Settings& settings);

}  // namespace aip::app
