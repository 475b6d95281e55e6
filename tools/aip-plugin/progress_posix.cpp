#include "progress.h"

#include <iostream>

#include <unistd.h>

namespace aip::tool {

ProgressLine::ProgressLine() : _terminal(::isatty(STDERR_FILENO) == 1) {}

void ProgressLine::show(const std::string& text) {
    if (_terminal) {
        std::cerr << "\r\x1b[K" << text << std::flush;
        _shown = true;
    }
}

void ProgressLine::clear() {
    if (_shown) {
        std::cerr << "\r\x1b[K" << std::flush;
        _shown = false;
    }
}

}  // namespace aip::tool
