#pragma once

#include <cstddef>

namespace aip::base {

/// Memory for free(); null if there is none. Large pieces get huge pages: 50 MiB then cost 25 page faults instead of
/// 12 800. On a virtual machine these take most of the time of a message of that size.
///
/// A program that links aip::huge_pages has this as its operator new, and so have the plugins loaded into it.
void* allocate(std::size_t size) noexcept;

}  // namespace aip::base
