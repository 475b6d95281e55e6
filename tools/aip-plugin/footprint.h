#pragma once

#include <cstddef>
#include <map>
#include <string>

#include <sys/types.h>

namespace aip::tool {

/// What a process holds of the machine.
struct Footprint {
    std::size_t memory = 0;  ///< resident and its own, bytes
    std::size_t threads = 0;
    std::size_t children = 0;                  ///< below it, zombies and what it has left to others included
    std::map<std::string, std::size_t> files;  ///< what is open, as the system shows it, and how often

    std::size_t descriptors() const;
};

/// The process in which a plugin runs that this process has started last: a child of its watcher. -1 if there is none.
pid_t pluginProcess();

/// As far as it can be seen; zeros for a process that is gone.
Footprint footprintOf(pid_t process);

}  // namespace aip::tool
