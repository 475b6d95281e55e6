#include "base/memory.h"

#include <cstdlib>
#include <new>

namespace {

[[maybe_unused]] const bool bounded = aip::base::returnLargePieces();

}  // namespace

// The other forms of operator new call this one.
void* operator new(std::size_t size) {
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
