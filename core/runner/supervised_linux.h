#pragma once

#include "base/descriptor.h"
#include "base/error.h"

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace aip::runner {

/// A program with everything that it starts. Between it and this process stands its keeper, a process that inherits
/// what the program leaves behind, kills that when the program ends, and then tells how it ended.
///
/// The program runs in a process group of its own, with the signals as a new process expects them.
class Supervised {
  public:
    struct Launch {
        std::vector<std::string> command;      ///< a name without '/' is found in PATH
        std::vector<std::string> environment;  ///< "NAME=value"
        int folder = -1;                       ///< the descriptor of its working directory
        /// Those that become 0, 1, ... in it; -1: none. It has no others.
        std::array<int, 5> descriptors{-1, -1, -1, -1, -1};
    };

    /// If the program cannot be started its descriptor 2 gets the reason, and it ends with 126 or, if it does not
    /// exist, with 127. EXHAUSTED: the system has no process for its keeper. Any thread.
    static base::Result<Supervised> start(const Launch& launch);

    /// Readable when the program and all that it has started are gone.
    const base::Descriptor& ended() const { return _ended; }
    /// SIGTERM or SIGKILL to the program's process group.
    void terminate() const;
    void kill() const;
    /// How it ended, as waitpid() says it. Blocks until it has; once. If the keeper has been killed, which only the
    /// program can have done, what it was to kill may still run: then this process ends, and with it all.
    int status() const;

  private:
    Supervised(base::Descriptor keeper, base::Descriptor report)
        : _ended(std::move(keeper)), _report(std::move(report)) {}

    base::Descriptor _ended;
    base::Descriptor _report;  ///< where the keeper writes the status
};

}  // namespace aip::runner
