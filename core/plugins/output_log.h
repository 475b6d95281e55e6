#pragma once

#include "base/clock.h"
#include "plugins/line_limit.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace aip::plugins {

/// What a plugin's process writes to its standard output or error, as lines of the log, within a LineLimit. Not for
/// concurrent use.
class OutputLog {
  public:
    /// `level` is an AIP_LOG_ value.
    OutputLog(LogSink sink, int level) : _sink(std::move(sink)), _level(level) {}

    void take(std::string_view bytes, base::Clock::TimePoint now);
    /// There is no more: what is left without an end of line is a line, too.
    void finish(base::Clock::TimePoint now);

    /// The last lines, however many were dropped, joined by " | ". Empty if there were none.
    std::string lastWords() const;

  private:
    void write(std::string_view line, base::Clock::TimePoint now);
    void tellDropped(std::uint64_t dropped) const;

    LogSink _sink;
    int _level;
    std::string _partial;
    std::string _tail;
    LineLimit _limit;
};

}  // namespace aip::plugins
