#pragma once

#include "base/clock.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace aip::base {

/// Lines and bytes that somebody may have written to the log: so many at once, then so many a second.
struct LineRates {
    double lines;
    double linesPerSecond;
    double bytes;  ///< as they stand in the log: see printable()
    double bytesPerSecond;
};

/// What becomes of a line.
struct LineVerdict {
    bool passes;
    /// Of a line that passes: how many were dropped since the last one that did. Of another: those so far, with it.
    std::uint64_t dropped;

    /// What the log says first: that lines are dropped from now on, as nobody knows whether one will pass again, and
    /// how many they were once one does. Else empty. `cause`: "it writes too many".
    std::string notice(std::string_view cause) const;

    friend bool operator==(const LineVerdict&, const LineVerdict&) = default;
};

/// Admits lines by LineRates. Once it has dropped one it drops all for a second, so that a flood is told of once a
/// second and not between each two of its lines. Not for concurrent use.
class LineLimit {
  public:
    explicit LineLimit(const LineRates& rates) : _rates(rates), _lines(rates.lines), _bytes(rates.bytes) {}

    LineVerdict judge(Clock::TimePoint now, std::string_view line);

  private:
    LineRates _rates;
    double _lines;
    double _bytes;  ///< negative after a line that was longer than what was left
    Clock::TimePoint _filledAt{};
    std::uint64_t _dropped = 0;
    Clock::TimePoint _droppedSince{};
};

}  // namespace aip::base
