#include "base/descriptor.h"
#include "plugins/process_table.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

namespace aip::plugins {
namespace {

/// From /proc/PID/stat, "PID (NAME) STATE PARENT ...", of which the 24th is the resident pages; the name may have
/// anything in it. None: it is gone.
std::optional<ProcessTable::Entry> entryOf(int process) {
    std::array<char, 1'024> text{};
    const base::Descriptor file(::open(("/proc/" + std::to_string(process) + "/stat").c_str(), O_RDONLY | O_CLOEXEC));
    const ssize_t size = file ? ::read(file.get(), text.data(), text.size() - 1) : 0;
    const std::string line(text.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    const auto name = line.rfind(')');
    int parent = 0;
    long pages = 0;
    constexpr auto form = " %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %*u %*u %ld";
    if (name == std::string::npos || std::sscanf(line.c_str() + name + 1, form, &parent, &pages) != 2) {
        return std::nullopt;
    }
    return ProcessTable::Entry{parent, static_cast<std::uint64_t>(std::max(pages, 0L) * ::sysconf(_SC_PAGESIZE))};
}

}  // namespace

ProcessTable ProcessTable::read() {
    std::map<int, Entry> entries;
    DIR* processes = ::opendir("/proc");
    while (const dirent* entry = processes == nullptr ? nullptr : ::readdir(processes)) {
        const auto process = static_cast<int>(std::strtol(entry->d_name, nullptr, 10));
        if (const auto found = process > 0 ? entryOf(process) : std::nullopt) {
            entries.emplace(process, *found);
        }
    }
    if (processes != nullptr) {
        ::closedir(processes);
    }
    return ProcessTable(std::move(entries));
}

}  // namespace aip::plugins
