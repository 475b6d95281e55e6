#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace aip::runner {

/// What a program writes on descriptor 3: lines with a number from 0 to 1000, perhaps a space and a text. Others are
/// ignored. Pure.
class ProgressLines {
  public:
    static constexpr std::size_t longestLine = 4UL << 10U;  ///< bytes; the rest of a line is ignored
    static constexpr std::size_t mostBytes = 1UL << 20U;    ///< of one call

    struct Report {
        std::uint32_t permille = 0;
        std::string text;

        bool operator==(const Report&) const = default;
    };

    /// The last report of the lines that end in `bytes`: earlier ones are old news.
    std::optional<Report> feed(std::string_view bytes);
    /// It has written more than a program may.
    bool exceeded() const { return _size > mostBytes; }

  private:
    std::string _line;
    std::size_t _size = 0;
};

}  // namespace aip::runner
