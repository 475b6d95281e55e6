#pragma once

#include "hosting/host.h"

#include <string>
#include <string_view>

namespace aip::plugins {

/// What a plugin's process writes to its standard output or error, as lines of the log. Not for concurrent use.
class OutputLog {
  public:
    /// `level` is an AIP_LOG_ value.
    OutputLog(hosting::LogSink sink, int level) : _sink(std::move(sink)), _level(level) {}

    void write(std::string_view bytes);
    /// There is no more: what is left without an end of line is a line, too.
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
