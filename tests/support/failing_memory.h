#pragma once

#include <cstddef>

namespace aip::tests {

/// The `number`th allocation of this thread from now on throws std::bad_alloc, those after it do not; 0: none throws.
/// The test program must have failing_memory.cpp among its sources.
void failAllocation(std::size_t number);

/// Whether one has failed, or none was to fail. This thread.
bool allocationHasFailed();

}  // namespace aip::tests
