#pragma once

#include "base/clock.h"
#include "plugins/host.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace aip::plugins {

/// What a plugin's process writes to its standard output or error, as lines of the log: at most `burst` at once, then
/// `perSecond`; the others are counted. Not for concurrent use.
class OutputLog {
  public:
    static constexpr std::uint32_t burst = 200;
    static constexpr std::uint32_t perSecond = 50;

    /// `level` is an AIP_LOG_ value.
    OutputLog(LogSink sink, int level) : _sink(std::move(sink)), _level(level) {}

    void take(std::string_view bytes, base::Clock::TimePoint now);
    /// There is no more: what is left without an end of line is a line, too.
    void finish(base::Clock::TimePoint now);

    /// The last lines, however many were dropped, joined by " | ". Empty if there were none.
    std::string lastWords() const;

  private:
    void write(std::string_view line, base::Clock::TimePoint now);
    void tellDropped();

    LogSink _sink;
    int _level;
    std::string _partial;
    std::string _tail;
    double _allowed = burst;
    base::Clock::TimePoint _filledAt{};
    std::uint64_t _dropped = 0;
};

}  // namespace aip::plugins
