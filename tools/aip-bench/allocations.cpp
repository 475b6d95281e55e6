#include "allocations.h"

#include "base/memory.h"

#include <cstdlib>
#include <new>

namespace {

thread_local aip::bench::Allocations total;

}  // namespace

aip::bench::Allocations aip::bench::allocations() {
    return total;
}

#ifndef AIP_SANITIZED  // the sanitizers have their own
// The other forms of operator new call this one.
void* operator new(std::size_t size) {
    ++total.count;
    total.bytes += size;
    if (void* memory = aip::base::allocate(size)) {
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
#endif
