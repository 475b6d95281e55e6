#pragma once

#include <cstdint>

namespace aip::app {

/// What this process has of the machine. 0: the system does not say.
struct ProcessUsage {
    std::uint64_t residentBytes = 0;
    std::uint64_t virtualBytes = 0;
    std::uint64_t descriptors = 0;
    std::uint64_t mostDescriptors = 0;
    double processorSeconds = 0;
};

/// Reads /proc: about 50 us.
ProcessUsage processUsage();

}  // namespace aip::app
