#pragma once

#include "base/descriptor.h"
#include "base/error.h"
#include "link/link.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace aip::plugins {

/// A process of aip-plugin-runner, seen from the agent. It has nothing of ours but its end of the link, and pipes to
/// write its output to. Its first process only watches: when the plugin's process ends, or `lifeline` is closed (by us,
/// or by the system because the agent is gone), it kills what the plugin has left running, ends in the same way as the
/// plugin did, and `process` becomes readable.
class ChildProcess {
  public:
    struct Settings {
        std::filesystem::path runner;
        std::string name;                      ///< shown in the list of processes: the plugin's id
        std::vector<std::string> environment;  ///< see allowedEnvironment()
    };

    static base::Result<ChildProcess> start(const Settings& settings);

    const std::shared_ptr<link::Link>& link() const { return _link; }
    /// To wait on, and to read the output from. Non-blocking.
    const base::Descriptor& process() const { return _process; }
    const base::Descriptor& out() const { return _out; }
    const base::Descriptor& err() const { return _err; }

    /// Kills it, with all that it has started, a moment from now.
    void end() { _lifeline = base::Descriptor(); }
    /// Should end() not do: kills its first process, and with that the plugin's.
    void kill() const;

    struct Ending {
        bool signalled = false;
        int number = 0;  ///< of the signal, or the exit code
        /// "was killed by SIGSEGV (Segmentation fault)", "ended with exit code 3"
        std::string text() const;
        /// By SIGKILL: perhaps by us.
        bool killed() const;
    };

    /// How it has ended; none while it has not.
    std::optional<Ending> ending() const;

  private:
    std::shared_ptr<link::Link> _link;
    base::Descriptor _process;
    base::Descriptor _lifeline;
    base::Descriptor _out;
    base::Descriptor _err;
};

/// The variables of this process, "NAME=value", that a plugin may see: PATH, LANG, LC_*, TZ, HOME, TMPDIR and `more`.
std::vector<std::string> allowedEnvironment(const std::vector<std::string>& more);

/// Reads what there is now, at most `limit` bytes; empty if there is nothing. None at the end.
std::optional<std::string> readSome(const base::Descriptor& descriptor, std::size_t limit);

}  // namespace aip::plugins
