#pragma once

#include <span>

namespace aip::shell {

/// What no program may read, whatever the operator says: patterns as Denied takes them. One without a / at its front
/// may also be several names in a row, ".config/gh".
std::span<const char* const> builtInPatterns();

}  // namespace aip::shell
