#include "allocations.h"

#include <cstdlib>
#include <new>

namespace {

thread_local aip::bench::Allocations total;

}  // namespace

aip::bench::Allocations aip::bench::allocations() {
    return total;
}

// The other forms of operator new come down to this one.
void* operator new(std::size_t size) {
    ++total.count;
    total.bytes += size;
    if (void* memory = std::malloc(size == 0 ? 1 : size)) {
        return memory;
    }
    throw std::bad_alloc();
}

void operator delete(void* memory) noexcept {
    std::free(memory);
}

void operator delete(void* memory, std::size_t /*size*/) noexcept {
    std::free(memory);
}
