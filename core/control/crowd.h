#pragma once

#include "base/clock.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace aip::control {

/// A connection whose request is not there yet.
struct Waiting {
    std::int32_t pid;  ///< of its peer; 0: not known
    base::Clock::TimePoint since;
};

/// Which of them makes room for one more: the oldest of the peer that has most, so that no peer keeps others out. Of
/// several such peers the one with the oldest. There is at least one. Pure.
inline std::size_t makesRoom(const std::vector<Waiting>& all) {
    std::map<std::int32_t, std::size_t> counts;
    for (const auto& each : all) {
        ++counts[each.pid];
    }
    const auto first = std::ranges::min_element(all, [&](const Waiting& a, const Waiting& b) {
        const auto [ofA, ofB] = std::pair(counts[a.pid], counts[b.pid]);
        return ofA != ofB ? ofA > ofB : a.since < b.since;
    });
    return static_cast<std::size_t>(first - all.begin());
}

}  // namespace aip::control
