#pragma once

#include <cstddef>
#include <cstdint>
#include <map>

namespace aip::plugins {

/// The processes of this machine at one moment, as far as /proc shows them.
class ProcessTable {
  public:
    static ProcessTable read();

    struct Entry {
        int parent = 0;
        std::uint64_t residentBytes = 0;
    };
    explicit ProcessTable(std::map<int, Entry> entries);

    /// Memory of a process and all below it that is not swapped out. What they share counts for each. 0: it is gone.
    std::uint64_t residentBytes(int process) const;

  private:
    std::map<int, Entry> _entries;
    std::multimap<int, int> _children;
};

}  // namespace aip::plugins
