#pragma once

#include "base/byte_budget.h"
#include "base/error.h"
#include "mcp/lines.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace aip::mcp_server {

/// What one client says, line by line. Beyond its first 64 KiB each line has a share of what all clients may ask, from
/// its first byte until nobody has its text any more. Pure; not for concurrent use.
class AskedLines {
  public:
    using Text = std::shared_ptr<const std::string>;

    /// `longest`: bytes of a line. `budget`: of all clients.
    AskedLines(std::size_t longest, std::shared_ptr<base::ByteBudget> budget);

    /// Bytes of a line that do not count, and the most that feed() takes at once.
    static constexpr std::size_t freeBytes = 64UL << 10U;

    /// Gives each line that `bytes` completes to `take`. EXHAUSTED: a line is too long, or the budget is used up:
    /// leave the client then.
    base::Result<void> feed(std::string_view bytes, const std::function<void(Text line)>& take);

    /// A line without its end has a share already.
    bool waitsForLongLine() const { return unfinished() > freeBytes; }
    /// Bytes of a line without its end.
    std::size_t unfinished() const { return _lines.unfinished(); }

  private:
    struct Line {
        explicit Line(std::shared_ptr<base::ByteBudget> budget) : share(std::move(budget)) {}

        base::ByteBudget::Share share;
        std::string text{};
    };

    bool grow(std::size_t more);

    const std::size_t _longest;
    const std::shared_ptr<base::ByteBudget> _budget;
    mcp::Lines _lines;
    std::shared_ptr<Line> _next;  ///< the one that has no end yet
};

}  // namespace aip::mcp_server
