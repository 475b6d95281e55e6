// Large payloads get huge pages: 50 MiB then cost 25 page faults instead of 12 800, which on a virtual machine are most
// of the time that a message of that size takes. This replaces operator new for the whole process; that of plugins
// loaded into it, too.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

#include <sys/mman.h>

namespace {

constexpr std::size_t hugePage = 2UL << 20U;

/// Above the tables, sparsely filled, that simdjson makes for a text of 1 MB: they would fill more pages than they
/// need.
constexpr std::size_t large = 8UL << 20U;

void* allocateLarge(std::size_t size) noexcept {
    if (size > SIZE_MAX - hugePage) {
        return nullptr;
    }
    const std::size_t whole = (size + hugePage - 1) / hugePage * hugePage;
    void* memory = std::aligned_alloc(hugePage, whole);
    if (memory != nullptr) {
        ::madvise(memory, whole, MADV_HUGEPAGE);  // a kernel without them says no: then there are more faults
    }
    return memory;
}

}  // namespace

void* operator new(std::size_t size) {
    void* memory = size < large ? std::malloc(size == 0 ? 1 : size) : allocateLarge(size);
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    return memory;
}

void operator delete(void* memory) noexcept {
    std::free(memory);
}

void operator delete(void* memory, std::size_t /*size*/) noexcept {
    std::free(memory);
}
