#include "base/memory.h"

#include <cstdint>
#include <cstdlib>

#include <malloc.h>
#include <sys/mman.h>

namespace aip::base {
namespace {

constexpr std::size_t hugePage = 2UL << 20U;

/// Larger than the sparsely filled tables that simdjson makes for a text of 1 MB: with huge pages they would use more
/// memory than they need.
constexpr std::size_t large = 8UL << 20U;

void* allocateLarge(std::size_t size) noexcept {
    if (size > SIZE_MAX - hugePage) {
        return nullptr;
    }
    const std::size_t whole = (size + hugePage - 1) / hugePage * hugePage;
    void* memory = std::aligned_alloc(hugePage, whole);
    if (memory != nullptr) {
        ::madvise(memory, whole, MADV_HUGEPAGE);  // a kernel without them refuses: more faults then
    }
    return memory;
}

}  // namespace

bool returnLargePieces() noexcept {
    constexpr int threshold = 4 << 20;
    ::mallopt(M_MMAP_THRESHOLD, threshold);
    ::mallopt(M_TRIM_THRESHOLD, 2 * threshold);  // what glibc would have with that limit
    return true;
}

void useOneHeap() noexcept {
    ::mallopt(M_ARENA_MAX, 1);
}

void returnFreeMemory() noexcept {
    ::malloc_trim(0);
}

void* allocate(std::size_t size) noexcept {
    return size < large ? std::malloc(size == 0 ? 1 : size) : allocateLarge(size);
}

}  // namespace aip::base
