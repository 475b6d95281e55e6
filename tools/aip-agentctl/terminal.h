#pragma once

#include <cstddef>

namespace aip::agentctl {

/// Standard output is a terminal.
bool writesToTerminal();

/// Standard output is a pipe or a socket that nobody reads any more.
bool readerHasGone();

/// Characters of a line and lines of the terminal; 80 and 24 if it does not say.
struct TerminalSize {
    std::size_t width = 80;
    std::size_t height = 24;
};
TerminalSize terminalSize();

}  // namespace aip::agentctl
