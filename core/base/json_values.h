#pragma once

#include "base/error.h"

#include <cstddef>
#include <string_view>

namespace aip::base {

/// A parser takes up to 40 bytes for each value.
inline constexpr std::size_t mostJsonValues = 4'000'000;

/// Whether `json` has more values, keys and containers than may be read. Reads only texts that are large enough for
/// them.
bool hasTooManyValues(std::string_view json);
/// EXHAUSTED.
Error tooManyValues();

}  // namespace aip::base
