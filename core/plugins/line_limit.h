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

    /// None if the line is too many; else how many were since the last that was not.
    std::optional<std::uint64_t> pass(base::Clock::TimePoint now);

  private:
    double _allowed = burst;
    base::Clock::TimePoint _filledAt{};
    std::uint64_t _dropped = 0;
};

/// `sink` with as many lines as a LineLimit lets pass; how many it has dropped it says with the next one. Any thread.
hosting::LogSink limitedLog(hosting::LogSink sink);

}  // namespace aip::plugins
