#pragma once

#include "app/finding.h"
#include "app/settings.h"

#include <cstdint>

namespace aip::app {

/// What is left of a file system for the agent's user.
struct Space {
    std::uint64_t bytes = 0;
    std::uint64_t files = 0;
};

/// Less than this is found.
inline constexpr Space leastSpace{64ULL << 20U, 1'000};
inline constexpr std::uint64_t fewestDescriptors = 64;

bool isLittle(const Space& left);

/// What is left where the agent writes (state, log, audit, inbox), and of descriptors for this process.
Findings checkResources(const Settings& settings);

}  // namespace aip::app
