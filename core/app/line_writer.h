#pragma once

#include "base/error.h"

#include <chrono>
#include <string_view>

namespace aip::app {

/// Writes whole lines to a file or a stream. After a line that was cut off, the next one begins a line of its own. Not
/// for concurrent use.
class LineWriter {
  public:
    /// Writes `line`, which ends with a line break. While a pipe or a socket takes nothing more, it waits for
    /// `patience` altogether; what cannot be written then is lost. The error holds the reason only.
    base::Result<void> write(int descriptor, std::string_view line, std::chrono::milliseconds patience);

    /// Nothing stands before the next line.
    void startOver() { _torn = false; }

  private:
    bool _torn = false;  ///< the last line has no line break
};

}  // namespace aip::app
