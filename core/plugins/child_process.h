#pragma once

#include "base/descriptor.h"
#include "base/error.h"
#include "hosting/refusal.h"
#include "link/link.h"
#include "plugins/blocking_jobs.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace aip::plugins {

/// A process of aip-plugin-runner, seen from the agent. It inherits only its end of the link and pipes for its output.
/// Its first process is a watcher, outside the namespaces of the plugin. When the plugin's process ends, or `lifeline`
/// is closed (by us, or by the system because the agent is gone), the watcher kills what the plugin has left running
/// and ends in the same way as the plugin did. Then `process` becomes readable.
class ChildProcess {
  public:
    struct Settings {
        std::filesystem::path runner;
        std::string name;                      ///< shown in the list of processes: the plugin's id
        std::vector<std::string> environment;  ///< see allowedEnvironment()
        bool hostView = false;                 ///< see ConfinementSettings
        BlockingJobs closing{1};               ///< where its link is closed
    };

    /// EXHAUSTED: the system is short of descriptors, memory or processes.
    static base::Result<ChildProcess> start(const Settings& settings);

    /// Its last copy has it closed by Settings::closing.
    const std::shared_ptr<link::Link>& link() const { return _link; }
    /// Good until it is reaped.
    int number() const { return _number; }
    /// For polling, and for reading the output. Non-blocking.
    const base::Descriptor& process() const { return _process; }
    const base::Descriptor& out() const { return _out; }
    const base::Descriptor& err() const { return _err; }

    /// Kills it and everything that it has started. Does not wait for that. A watcher that is stopped goes on.
    void end();
    /// If end() is not enough: kills what /proc shows below the watcher, half a second at most, then the watcher, and
    /// with it the plugin's process. The number of those that were killed below it.
    std::size_t kill() const;

    struct Ending {
        static constexpr int unknown = -1;

        bool signalled = false;
        int number = 0;  ///< of the signal, or the exit code; unknown: somebody else has reaped it
        /// "was killed by SIGSEGV (Segmentation fault)", "ended with exit code 3"
        std::string text() const;
        /// By SIGKILL, perhaps from us.
        bool killed() const;
    };

    /// How it has ended; none while it runs.
    std::optional<Ending> ending() const;

  private:
    std::shared_ptr<link::Link> _link;
    base::Descriptor _process;
    int _number = 0;
    base::Descriptor _lifeline;
    base::Descriptor _out;
    base::Descriptor _err;
};

/// Why a plugin is not started if its process is not: "shortage" if the same may succeed later.
hosting::Refusal notLaunched(const base::Error& why);

/// The variables of this process, "NAME=value", that a plugin may see: PATH, LANG, LC_*, TZ, HOME, TMPDIR and `more`.
std::vector<std::string> allowedEnvironment(const std::vector<std::string>& more);

/// Reads what is available now, at most `limit` bytes. Empty: nothing yet; none: end of file.
std::optional<std::string> readSome(const base::Descriptor& descriptor, std::size_t limit);

}  // namespace aip::plugins
