#pragma once

#include <cstddef>

namespace aip::schema {

/// What schemas may take when compiled. One allowance for several schemas bounds them together: each takes its part.
struct Allowance {
    std::size_t bytes = 4UL << 20U;  ///< of their texts
    std::size_t nodes = 50'000;      ///< schemas within schemas
    std::size_t patterns = 1'000;
    std::size_t patternMemory = 128UL << 20U;  ///< that RE2 may come to use for them, in bytes
    /// For compiling them, each of about 0.25 microseconds in a release build: an instruction of RE2's program is one,
    /// or several if sets of characters beyond ASCII are in it.
    std::size_t patternSteps = 2'000'000;

    bool operator==(const Allowance&) const = default;
};

/// What one schema alone may take of it.
inline constexpr Allowance oneSchema{
    .bytes = 1UL << 20U, .nodes = 20'000, .patterns = 500, .patternMemory = 64UL << 20U, .patternSteps = 400'000};

}  // namespace aip::schema
