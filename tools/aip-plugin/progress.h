#pragma once

#include <chrono>
#include <string>

namespace aip::tool {

/// A line on stderr that says what is being done; nothing if stderr is not a terminal.
class ProgressLine {
  public:
    ProgressLine();
    ~ProgressLine() { clear(); }
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    void show(const std::string& text);
    void clear();

  private:
    const bool _terminal;
    bool _shown = false;
};

}  // namespace aip::tool
