#include "terminal.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace aip::agentctl {

bool writesToTerminal() {
    return ::isatty(STDOUT_FILENO) == 1;
}

bool readerHasGone() {
    pollfd asked{STDOUT_FILENO, 0, 0};
    return ::poll(&asked, 1, 0) > 0 && (asked.revents & (POLLERR | POLLHUP)) != 0;
}

TerminalSize terminalSize() {
    winsize found{};
    const bool known = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &found) == 0 && found.ws_col > 0 && found.ws_row > 0;
    return known ? TerminalSize{found.ws_col, found.ws_row} : TerminalSize{};
}

}  // namespace aip::agentctl
