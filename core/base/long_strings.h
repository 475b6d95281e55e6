#pragma once

#include "base/spliced_text.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aip::base {

/// A JSON text without its long strings, which is short: it is parsed in the place of the whole, whose megabytes are
/// then neither copied nor indexed, but read once.
class LongStrings {
  public:
    static constexpr std::size_t longFrom = 64UL << 10U;   ///< bytes of a long string
    static constexpr std::size_t mostRest = 256UL << 10U;  ///< bytes of all else

    /// None if `json` has no long string, or much beside them, or is not valid. `json` outlives it.
    static std::optional<LongStrings> takenOutOf(std::string_view json);

    /// `json` with a short string of letters in the place of each long one. It is valid JSON if and only if `json` is.
    const std::string& rest() const { return _rest; }

    /// A text that was made of what stands in rest(), with the long strings in their places.
    SplicedText putBack(std::string_view text) const;

  private:
    bool take(std::string_view json);
    bool takeString(std::string_view& json);

    std::string _rest;
    std::vector<std::string_view> _strings;  ///< as they stand in the text, without quotes
};

/// Length of the content of the JSON string that begins with `text`, up to the quote that ends it; none if it does not
/// end, or is not valid. UTF-8 is not looked at.
std::optional<std::size_t> jsonStringLength(std::string_view text);

}  // namespace aip::base
