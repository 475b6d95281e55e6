#include "footprint.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <sstream>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <unistd.h>

namespace aip::tool {
namespace {

namespace fs = std::filesystem;

fs::path folderOf(pid_t process) {
    return fs::path("/proc") / std::to_string(process);
}

/// The number after `key` in a file of lines "key: number ..."; 0 without it.
std::size_t numberIn(const fs::path& file, std::string_view key) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with(key)) {
            return std::stoul("0" + line.substr(line.find_first_of("0123456789", key.size())));
        }
    }
    return 0;
}

/// A line of /proc/PID/stat, as far as it is wanted.
struct Process {
    pid_t pid = -1;
    char state = '?';
    pid_t parent = -1;
    unsigned long long started = 0;
};

/// "pid (name) state parent ...": the name may hold anything.
Process readProcess(pid_t pid) {
    std::ifstream in(folderOf(pid) / "stat");
    std::string line;
    std::getline(in, line);
    Process process{pid};
    std::istringstream rest(line.substr(std::min(line.rfind(')') + 1, line.size())));
    rest >> process.state >> process.parent;
    std::string field;
    for (int i = 5; i <= 22 && rest >> field; ++i) {
        process.started = i == 22 ? std::stoull(field) : 0;
    }
    return process;
}

std::vector<Process> allProcesses() {
    std::vector<Process> all;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator("/proc", ignored)) {
        const std::string name = entry.path().filename();
        if (name.find_first_not_of("0123456789") == std::string::npos) {
            all.push_back(readProcess(static_cast<pid_t>(std::stol(name))));
        }
    }
    return all;
}

std::vector<Process> childrenOf(pid_t parent) {
    auto children = allProcesses();
    std::erase_if(children, [parent](const Process& each) { return each.parent != parent || each.state == 'Z'; });
    return children;
}

std::map<std::string, std::size_t> filesOf(pid_t process) {
    std::map<std::string, std::size_t> files;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folderOf(process) / "fd", ignored)) {
        const std::string target = fs::read_symlink(entry.path(), ignored);
        const bool listing = target.starts_with("/proc/" + std::to_string(process) + "/");
        const bool result = target.starts_with("/memfd:aip-text");  // a large one: the runner's, not the plugin's
        if (!target.empty() && !listing && !result) {
            ++files[target];
        }
    }
    return files;
}

/// The first process of a PID namespace.
bool isInit(pid_t process) {
    std::ifstream in(folderOf(process) / "status");
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("NSpid:")) {
            return line.ends_with("\t1");
        }
    }
    return false;
}

/// The children of a watcher, or of init below it.
std::vector<Process> watchedBy(pid_t watcher) {
    auto below = childrenOf(watcher);
    return below.size() == 1 && isInit(below.front().pid) ? childrenOf(below.front().pid) : below;
}

using Family = std::multimap<pid_t, pid_t>;  ///< parent and child, zombies included

std::size_t descendantsOf(pid_t process, const Family& family) {
    std::size_t count = 0;
    const auto [begin, end] = family.equal_range(process);
    for (auto child = begin; child != end; ++child) {
        count += 1 + descendantsOf(child->second, family);
    }
    return count;
}

/// What was started below a process and has not been waited for, also if its parent has adopted it, which is so where
/// that is the first of a PID namespace.
std::size_t leftBehindBy(pid_t process) {
    Family family;
    pid_t parent = -1;
    for (const auto& each : allProcesses()) {
        if (each.parent > 0) {
            family.emplace(each.parent, each.pid);
        }
        parent = each.pid == process ? each.parent : parent;
    }
    const bool adopts = parent > 1 && isInit(parent);
    return adopts ? descendantsOf(parent, family) - 1 : descendantsOf(process, family);
}

}  // namespace

std::size_t Footprint::descriptors() const {
    return std::accumulate(files.begin(), files.end(), std::size_t{0},
                           [](std::size_t sum, const auto& file) { return sum + file.second; });
}

pid_t pluginProcess() {
    Process latest;
    for (const auto& watcher : childrenOf(::getpid())) {
        for (const auto& process : watchedBy(watcher.pid)) {
            if (latest.pid < 0 || std::pair(process.started, process.pid) > std::pair(latest.started, latest.pid)) {
                latest = process;
            }
        }
    }
    return latest.pid;
}

Footprint footprintOf(pid_t process) {
    const auto status = folderOf(process) / "status";
    return {numberIn(status, "RssAnon:") * 1024, numberIn(status, "Threads:"), leftBehindBy(process), filesOf(process)};
}

}  // namespace aip::tool
