#include "app/plugin_folders.h"
#include "app/task_check.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

namespace aip::app {
namespace {

namespace fs = std::filesystem;

/// Threads of the agent: with all the clients that it takes at once, and for each plugin.
constexpr std::uint64_t ownTasks = 256;
constexpr std::uint64_t tasksForPlugin = 24;

/// The path of the group in the line "0::/system.slice/x"; none in those of version 1.
std::optional<std::string> groupIn(const std::string& own) {
    std::istringstream lines(own);
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("0::/") && line.find("..") == std::string::npos) {
            return line.substr(4);
        }
    }
    return std::nullopt;
}

std::optional<std::uint64_t> limitIn(const fs::path& group) {
    std::uint64_t limit = 0;
    return std::ifstream(group / "pids.max") >> limit ? std::optional(limit) : std::nullopt;  // "max" is not a number
}

bool mayRun(const Settings& settings, const std::string& id) {
    const auto& allowed = settings.discovery.allowed;
    const auto own = settings.discovery.plugins.find(id);
    const auto server = settings.discovery.servers.find(id);
    return (allowed.empty() || std::ranges::find(allowed, id) != allowed.end()) &&
           (own == settings.discovery.plugins.end() || own->second.enabled) &&
           (server == settings.discovery.servers.end() || server->second.enabled);
}

/// Those that may run, each with the calls that it takes at once.
std::map<std::string, std::uint64_t> pluginsOf(const Settings& settings) {
    std::map<std::string, std::uint64_t> plugins;
    for (const auto& folder : pluginFolders(settings)) {
        plugins.emplace(folder.id, folder.concurrency);
    }
    for (const auto& [name, server] : settings.discovery.servers) {
        plugins.emplace(name, server.concurrency);
    }
    std::erase_if(plugins, [&](const auto& each) { return !mayRun(settings, each.first); });
    return plugins;
}

const plugins::SlotSettings& slotOf(const Settings& settings, const std::string& id) {
    const auto own = settings.slots.find(id);
    return own == settings.slots.end() ? settings.slot : own->second;
}

/// None: any number.
std::optional<std::uint64_t> tasksOf(const plugins::SlotSettings& slot, std::uint64_t concurrency) {
    if (slot.isolation == plugins::Isolation::inProcess) {
        return concurrency;
    }
    const std::uint64_t limit = slot.process.limits.processes;
    const std::uint64_t processes = slot.isolation == plugins::Isolation::perCall ? concurrency : 1;
    return limit == 0 ? std::nullopt : std::optional(limit * processes);
}

}  // namespace

std::optional<std::uint64_t> grantedTasks(const std::string& own, const fs::path& root) {
    const auto group = groupIn(own);
    std::optional<std::uint64_t> least;
    for (auto folder = group.value_or(""); group; folder = fs::path(folder).parent_path().string()) {
        const auto limit = limitIn(folder.empty() ? root : root / folder);
        least = limit && (!least || *limit < *least) ? limit : least;
        if (folder.empty()) {
            break;
        }
    }
    return least;
}

Findings taskFindings(const Settings& settings, std::uint64_t granted) {
    Findings findings;
    const std::string key = "plugins.process_limit";
    const std::string origin = settings.originOf(key);
    const auto add = [&](const std::string& who) {
        findings.add({Found::fewTasks, origin, origin.empty() ? "" : key,
                      who + " processes and threads, and the system grants " + std::to_string(granted) +
                          " to them and the agent together (pids.max)"});
    };
    std::uint64_t all = ownTasks + settings.dispatcher.workers;
    const auto plugins = pluginsOf(settings);
    for (const auto& [id, concurrency] : plugins) {
        const auto tasks = tasksOf(slotOf(settings, id), concurrency);
        if (!tasks) {
            add("plugin '" + id + "' may make any number of");
            return findings;
        }
        all += *tasks + tasksForPlugin;
    }
    if (all > granted && !plugins.empty()) {
        add(std::to_string(plugins.size()) + " plugins and the agent may make " + std::to_string(all));
    }
    return findings;
}

Findings checkTasks(const Settings& settings) {
    std::stringstream own;
    own << std::ifstream("/proc/self/cgroup").rdbuf();
    const auto granted = grantedTasks(own.str(), "/sys/fs/cgroup");
    return granted ? taskFindings(settings, *granted) : Findings();
}

}  // namespace aip::app
