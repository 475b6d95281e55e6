#pragma once

#include <cstdint>

namespace aip::plugins {

/// The number of threads of a process and of all that descends from it, as far as /proc shows them and tells whose
/// children they are. Counting ends beyond `most`, and after 100 ms of processor time. Any thread.
std::uint64_t familySize(int ancestor, std::uint64_t most);

}  // namespace aip::plugins
