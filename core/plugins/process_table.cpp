#include "plugins/process_table.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace aip::plugins {

ProcessTable::ProcessTable(std::map<int, Entry> entries) : _entries(std::move(entries)) {
    for (const auto& [process, entry] : _entries) {
        _children.emplace(entry.parent, process);
    }
}

std::uint64_t ProcessTable::residentBytes(int process) const {
    std::uint64_t sum = 0;
    std::vector<int> family{process};
    for (std::size_t i = 0; i < family.size() && i <= _entries.size(); ++i) {
        const int member = family[i];
        const auto found = _entries.find(member);
        sum += found == _entries.end() ? 0 : found->second.residentBytes;
        const auto [first, last] = _children.equal_range(member);
        std::for_each(first, last, [&](const auto& each) { family.push_back(each.second); });
    }
    return sum;
}

}  // namespace aip::plugins
