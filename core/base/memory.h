#pragma once

#include <cstddef>

namespace aip::base {

/// Memory for free(); null if there is none. Large pieces get huge pages: 50 MiB then cost 25 page faults instead of
/// 12 800, which on a virtual machine are most of the time that a message of that size takes.
///
/// A program that links aip::huge_pages has this as its operator new, the plugins loaded into it too.
void* allocate(std::size_t size) noexcept;

}  // namespace aip::base
