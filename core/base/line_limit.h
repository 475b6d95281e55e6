#pragma once

#include "base/clock.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace aip::base {

/// Lines and bytes that somebody may have written to the log: so many at once, then so many a second.
struct LineRates {
    double lines;
    double linesPerSecond;
    double bytes;  ///< as they stand in the log: see printable()
    double bytesPerSecond;
};

/// Admits lines by LineRates. Once it has dropped one it drops all for a second, so that a flood is told of once a
/// second and not between each two of its lines. Not for concurrent use.
class LineLimit {
  public:
    explicit LineLimit(const LineRates& rates) : _rates(rates), _lines(rates.lines), _bytes(rates.bytes) {}

    /// None if the line must be dropped; else how many were dropped since the last one that passed.
    std::optional<std::uint64_t> pass(Clock::TimePoint now, std::string_view line);

  private:
    LineRates _rates;
    double _lines;
    double _bytes;  ///< negative after a line that was longer than what was left
    Clock::TimePoint _filledAt{};
    std::uint64_t _dropped = 0;
    Clock::TimePoint _droppedSince{};
};

}  // namespace aip::base
