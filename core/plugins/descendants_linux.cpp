#include "base/descriptor.h"
#include "plugins/descendants.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

extern "C" {  // missing in the headers of glibc 2.36
#include <sys/pidfd.h>
}

namespace aip::plugins {
namespace {

constexpr std::chrono::milliseconds longestHunt{500};

/// From /proc/PID/stat, "PID (NAME) STATE PARENT ..."; the name may have anything in it. None: it is gone, or dead.
std::optional<pid_t> parentOf(pid_t process) {
    std::array<char, 512> text{};
    const base::Descriptor file(::open(("/proc/" + std::to_string(process) + "/stat").c_str(), O_RDONLY | O_CLOEXEC));
    const ssize_t size = file ? ::read(file.get(), text.data(), text.size() - 1) : 0;
    const std::string line(text.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    char state = 'Z';
    int parent = 0;
    const auto name = line.rfind(')');
    if (name == std::string::npos || std::sscanf(line.c_str() + name + 1, " %c %d", &state, &parent) != 2) {
        return std::nullopt;
    }
    return state == 'Z' || state == 'X' ? std::nullopt : std::optional<pid_t>(parent);
}

/// Every living process that /proc shows, by its parent.
std::multimap<pid_t, pid_t> livingChildren() {
    std::multimap<pid_t, pid_t> found;
    DIR* processes = ::opendir("/proc");
    while (const dirent* entry = processes == nullptr ? nullptr : ::readdir(processes)) {
        const auto process = static_cast<pid_t>(std::strtol(entry->d_name, nullptr, 10));
        if (const auto parent = process > 0 ? parentOf(process) : std::nullopt) {
            found.emplace(*parent, process);
        }
    }
    if (processes != nullptr) {
        ::closedir(processes);
    }
    return found;
}

/// Only if that number still is this child's: between the two looks it could have become another process.
void killChildOf(pid_t parent, pid_t child) {
    const base::Descriptor process(::pidfd_open(child, 0));
    if (process && parentOf(child) == parent) {
        ::pidfd_send_signal(process.get(), SIGKILL, nullptr, 0);
    }
}

/// Parents first. The number of those that were found.
std::size_t killBelow(pid_t ancestor, const std::multimap<pid_t, pid_t>& children, std::set<pid_t>& killed) {
    std::vector<pid_t> family{ancestor};
    for (std::size_t i = 0; i < family.size() && i <= children.size(); ++i) {
        const pid_t parent = family[i];
        const auto [first, last] = children.equal_range(parent);
        std::for_each(first, last, [&](const auto& each) {
            killChildOf(parent, each.second);
            killed.insert(each.second);
            family.push_back(each.second);
        });
    }
    return family.size() - 1;
}

}  // namespace

std::size_t killDescendants(int ancestor) {
    const auto limit = std::chrono::steady_clock::now() + longestHunt;
    std::set<pid_t> killed;
    while (killBelow(ancestor, livingChildren(), killed) > 0 && std::chrono::steady_clock::now() < limit) {
    }
    return killed.size();
}

}  // namespace aip::plugins
