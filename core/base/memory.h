#pragma once

#include <cstddef>

namespace aip::base {

/// Memory for free(); null if there is none. Large pieces get huge pages: 50 MiB then cost 25 page faults instead of
/// 12 800. On a virtual machine these take most of the time of a message of that size.
///
/// A program that links aip::huge_pages has this as its operator new, and so have the plugins loaded into it.
void* allocate(std::size_t size) noexcept;

/// From now on, pieces of 4 MiB and more go back to the system when they are freed. Without that glibc moves the limit
/// up with each large piece that is freed, to 32 MiB, and large pieces of different sizes then leave holes that are
/// hardly used again: the process grows by one message after the other. A program that links aip::huge_pages does it at
/// its start. Always true.
bool returnLargePieces() noexcept;

/// From now on, all threads take their memory from one heap. glibc makes one for each thread, up to eight for a
/// processor, and returnFreeMemory() does not reach the end of any but the first: up to 8 MiB stay in each. Before the
/// first thread.
void useOneHeap() noexcept;

/// Gives the system what the allocator keeps of freed pieces, however small. Takes about a millisecond for every 20
/// MiB; threads that allocate meanwhile may have to wait.
void returnFreeMemory() noexcept;

}  // namespace aip::base
