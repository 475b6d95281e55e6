#pragma once

#include "base/guarded.h"
#include "hosting/host.h"
#include "link/link_messages.h"
#include "link/measures.h"
#include "plugins/process_pool.h"

#include <set>
#include <string>

namespace aip::plugins {

/// What the processes of a plugin say of their confinement. Any thread.
class ConfinementReport {
  public:
    explicit ConfinementReport(const hosting::LogSink& log) : _log(log) {}

    /// What a new process says before it loads the plugin. Logs what it lacks as a warning, unless the one before it
    /// lacked the same. False if this process has reported before: then it is the plugin that speaks.
    bool report(ProcessId process, const link::Confined& confined);

    /// Of the latest process.
    link::Measures inForce() const;

  private:
    struct Latest {
        link::Measures inForce;
        std::string lacking;
        std::set<ProcessId> reported;  ///< at most some, the latest
        ProcessId forgotten = 0;       ///< they and all before it have reported
    };

    static bool isFirst(Latest& latest, ProcessId process);

    const hosting::LogSink& _log;
    base::Guarded<Latest> _latest;
};

}  // namespace aip::plugins
