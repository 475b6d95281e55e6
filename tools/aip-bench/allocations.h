#pragma once

#include <cstddef>

namespace aip::bench {

/// What this thread has asked operator new for since it began.
struct Allocations {
    std::size_t count = 0;
    std::size_t bytes = 0;
};

Allocations allocations();

}  // namespace aip::bench
