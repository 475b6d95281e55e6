#pragma once

#include "base/descriptor.h"
#include "base/error.h"
#include "control/request.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace aip::control {

/// What became of a reload that was done.
struct Reloaded {
    struct Refused {
        std::string plugin;
        std::string state;  ///< as of /v1/plugins: an update may be refused while the plugin before it runs
        std::string reason;
    };

    std::vector<std::string> needsRestart;  ///< settings that have changed and need a restart
    std::vector<Refused> refused;           ///< plugins that are wanted, and do not run as the folder has them
};

/// What the process does for its operator beside what execution/ can do. Implemented by app/. Any thread, several at
/// the same time; nothing here but serveMcp() and reload()
/// waits for a plugin or the network.
class Operator {
  public:
    virtual ~Operator() = default;

    /// One JSON object: the program, and the connection to the server. See control/README.md.
    virtual std::string status() const = 0;
    /// {"findings":[...]}: what is wrong with configuration, machine, plugins and connection, as in control/README.md.
    /// Blocks on files, a few seconds at most; connects to nothing.
    virtual std::string findings() const = 0;
    /// {"files":{"NAME":"TEXT"}}: what support wants to know, without secrets. Blocks like findings().
    virtual std::string diagnosis() const = 0;
    /// Why this device is not registered with its server, or refuses all calls, as while it is locked; OK if it takes
    /// them.
    virtual base::Result<void> ready() const = 0;
    /// Why the agent makes no progress; OK if it does.
    virtual base::Result<void> healthy() const = 0;
    /// [...], as findings(): what keeps an agent that makes progress from doing its work as it should. Never blocks.
    virtual std::string troubles() const = 0;

    /// In Prometheus' text format.
    virtual std::string metrics() const = 0;

    /// Reads the configuration again, as SIGHUP has it done, and waits for the end. An error says why everything, or
    /// the set of plugins, stays as it is. DEADLINE: it goes on. Does not wait for one who is `gone`.
    virtual base::Result<Reloaded> reload(const std::function<bool()>& gone) = 0;
    /// "trace", "debug", "info", "warn", "error". Until the next start.
    virtual base::Result<void> setLogLevel(std::string_view level) = 0;
    /// Asks the server for a task, once registered. EXHAUSTED: too many wait for the session.
    virtual base::Result<void> requestTask(std::string text, std::string name) = 0;
    /// As SIGTERM: what runs may end within the drain timeout, then the agent does.
    virtual void drain() = 0;

    /// Serves an MCP client over lines: until it has closed its end, or `stopping()`, which is asked a few times a
    /// second. Blocks.
    virtual void serveMcp(base::Descriptor in, base::Descriptor out, const Peer& peer,
                          const std::function<bool()>& stopping) = 0;

    /// NOT_FOUND: there is no such plugin.
    virtual base::Result<void> restartPlugin(const std::string& id) = 0;
    /// Until the next start of the agent.
    virtual base::Result<void> disablePlugin(const std::string& id) = 0;
    virtual base::Result<void> enablePlugin(const std::string& id) = 0;
    /// STATE: it is neither failed nor quarantined nor waiting for a restart.
    virtual base::Result<void> revivePlugin(const std::string& id) = 0;
};

}  // namespace aip::control
