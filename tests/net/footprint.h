#pragma once

#include <cstddef>

namespace aip::tests {

/// What this process holds.
struct Footprint {
    std::size_t descriptors = 0;
    std::size_t threads = 0;
    std::size_t residentBytes = 0;

    static Footprint now();
};

}  // namespace aip::tests
