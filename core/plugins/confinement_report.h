#pragma once

#include "base/guarded.h"
#include "hosting/host.h"
#include "link/link_messages.h"
#include "link/measures.h"

#include <string>

namespace aip::plugins {

/// What the processes of a plugin say of their confinement. Any thread.
class ConfinementReport {
  public:
    explicit ConfinementReport(const hosting::LogSink& log) : _log(log) {}

    /// What a new process says before it loads the plugin: see ProcessPool::reportConfinement(). Logs what it lacks as
    /// a warning, unless the one before it lacked the same.
    void report(const link::Confined& confined);

    /// Of the latest process.
    link::Measures inForce() const;

  private:
    struct Latest {
        link::Measures inForce;
        std::string lacking;
    };

    const hosting::LogSink& _log;
    base::Guarded<Latest> _latest;
};

}  // namespace aip::plugins
