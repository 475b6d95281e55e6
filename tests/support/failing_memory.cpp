#include "tests/support/failing_memory.h"

#include <cstdlib>
#include <new>

namespace aip::tests {
namespace {

thread_local std::size_t countdown = 0;

}  // namespace

void failAllocation(std::size_t number) {
    countdown = number;
}

bool allocationHasFailed() {
    return countdown == 0;
}

}  // namespace aip::tests

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define AIP_FIXED_NEW  // TSan has its own, which cannot be replaced: no allocation fails then
#endif
#endif

#ifndef AIP_FIXED_NEW
void* operator new(std::size_t size) {
    if (aip::tests::countdown != 0 && --aip::tests::countdown == 0) {
        throw std::bad_alloc();
    }
    void* memory = std::malloc(size == 0 ? 1 : size);
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    return memory;
}

/// Sanitizers have one of their own, which its operator delete would have to know.
void* operator new(std::size_t size, const std::nothrow_t& /*none*/) noexcept {
    try {
        return operator new(size);
    } catch (const std::bad_alloc&) {
        return nullptr;
    }
}

void* operator new[](std::size_t size) {
    return operator new(size);
}

void* operator new[](std::size_t size, const std::nothrow_t& none) noexcept {
    return operator new(size, none);
}

void operator delete[](void* memory) noexcept {
    std::free(memory);
}

void operator delete[](void* memory, std::size_t /*size*/) noexcept {
    std::free(memory);
}

void operator delete(void* memory) noexcept {
    std::free(memory);
}

void operator delete(void* memory, std::size_t /*size*/) noexcept {
    std::free(memory);
}
#endif
