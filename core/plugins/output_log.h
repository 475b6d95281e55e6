#pragma once

#include "base/clock.h"
#include "hosting/host.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace aip::plugins {

/// Turns what a plugin's process writes to standard output or error into lines of the log. Of a flood most lines are
/// dropped unseen, so that reading them costs next to nothing: 1 MiB at once and 1.6 MB a second become lines. How many
/// were dropped is said before the first line that comes a second later, and at the end. Not for concurrent use.
class OutputLog {
  public:
    static constexpr std::size_t mostAtOnce = 1UL << 20U;

    /// `level` is an AIP_LOG_ value.
    OutputLog(hosting::LogSink sink, int level) : _sink(std::move(sink)), _level(level) {}

    void write(std::string_view bytes, base::Clock::TimePoint now);
    /// End of the output: an unfinished line is logged, too.
    void finish();

    /// The last lines, joined by " | ". Empty if there were none.
    std::string lastWords() const;

  private:
    std::size_t admit(std::size_t bytes, base::Clock::TimePoint now);
    void writeLines(std::string_view bytes);
    void writeLine(std::string_view line);
    void drop(std::string_view bytes, base::Clock::TimePoint now);
    void tellDropped();
    void remember(std::string_view bytes);

    hosting::LogSink _sink;
    int _level;
    std::string _partial;
    std::string _tail;
    std::size_t _left = mostAtOnce;  ///< bytes that may become lines now
    base::Clock::TimePoint _filledAt{};
    std::uint64_t _dropped = 0;  ///< lines, since that was said
    base::Clock::TimePoint _droppedAt{};
};

}  // namespace aip::plugins
