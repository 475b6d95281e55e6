#pragma once

#include "hosting/host.h"

#include <string>
#include <string_view>

namespace aip::plugins {

/// Turns what a plugin's process writes to standard output or error into lines of the log. Not for concurrent use.
class OutputLog {
  public:
    /// `level` is an AIP_LOG_ value.
    OutputLog(hosting::LogSink sink, int level) : _sink(std::move(sink)), _level(level) {}

    void write(std::string_view bytes);
    /// End of the output: an unfinished line is logged, too.
    void finish();

    /// The last lines, joined by " | ". Empty if there were none.
    std::string lastWords() const;

  private:
    void writeLine(std::string_view line);

    hosting::LogSink _sink;
    int _level;
    std::string _partial;
    std::string _tail;
};

}  // namespace aip::plugins
