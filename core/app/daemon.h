#pragma once

#include "base/descriptor.h"

#include <optional>

namespace aip::app {

/// --daemon: the agent in the background. Another process stays in the foreground until the agent runs, so that its
/// exit code is true.
class Daemon {
  public:
    /// Splits the process; to be called before it has threads. In the agent: none; it is in a session of its own, in
    /// the root folder, with a umask that is as narrow as before or narrower, and has no descriptors but the standard
    /// ones; it still writes to standard output and error. In the foreground: waits, then returns what to exit with:
    /// exitOk after ready(), otherwise what the agent has ended with. If the process in the foreground is ended, which
    /// a signal does as SignalThread::startEnding() says, the agent gets SIGTERM.
    std::optional<int> split();

    /// The agent runs: leaves standard output and error, and sends the process in the foreground home. False if that
    /// has been ended. Does nothing without split().
    bool ready();

  private:
    void leaveForeground(int foreground);

    base::Descriptor _report;
};

}  // namespace aip::app
