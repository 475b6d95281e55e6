#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace aip::schema {

inline constexpr std::uint32_t unlimitedRepeats = ~std::uint32_t(0);

/// "{2}", "{2,}" or "{2,3}". Numbers that do not fit are unlimitedRepeats: nothing can be as long.
struct RepeatBounds {
    std::size_t length;  ///< in the text
    std::uint32_t least;
    std::uint32_t most;
};

/// What stands at the start of `text`; none if it is something else. Looks no further than it must.
std::optional<RepeatBounds> readRepeatBounds(std::string_view text);

/// The length of "?<name>" at the start of `text`; 0 if that is not what stands there.
std::size_t groupNameLength(std::string_view text);

}  // namespace aip::schema
