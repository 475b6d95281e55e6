#pragma once

#include "base/clock.h"
#include "hosting/host.h"

#include <cstdint>
#include <optional>

namespace aip::plugins {

/// How many lines a plugin may write: `burst` at once, then `perSecond`. Not for concurrent use.
class LineLimit {
  public:
    static constexpr std::uint32_t burst = 200;
    static constexpr std::uint32_t perSecond = 50;

    /// None if the line must be dropped; else how many were dropped since the last one that passed.
    std::optional<std::uint64_t> pass(base::Clock::TimePoint now);

  private:
    double _allowed = burst;
    base::Clock::TimePoint _filledAt{};
    std::uint64_t _dropped = 0;
};

/// Passes to `sink` the lines that a LineLimit admits, and reports before the next one how many it has dropped. Any
/// thread.
hosting::LogSink limitedLog(hosting::LogSink sink);

}  // namespace aip::plugins
