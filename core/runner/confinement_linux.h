#pragma once

#include "link/link_messages.h"
#include "link/measures.h"

#include <string>

namespace aip::runner {

/// Keeps the process of a plugin away from the agent, other plugins, and processes of other users, in two steps. Both
/// need a process with one thread, and come before any code of the plugin runs. What the system refuses is left out and
/// reported, not an error.
class Confinement {
  public:
    /// The first step: this process becomes the one that watches; the function returns in the one that is watched, in
    /// namespaces of its own unless `hostView`. See namespaces_linux.h; without namespaces watcher_linux.h.
    static Confinement split(int lifeline, bool hostView);

    /// The second step, in this order: the user, the limits, death with the parent, no_new_privs, the scope of signals
    /// (not if `hostView`), no tracing. Once.
    void complete(const link::Start& start);

    /// These do not keep the plugin apart after all: they are lacking, if they were in force.
    void renounce(link::Measures measures, const std::string& why);

    /// Why there is no second process, as errno; 0: there is one.
    int error() const { return _error; }
    bool hostView() const { return _hostView; }
    link::Measures inForce() const { return _inForce; }
    /// "pid_namespace, ipc_namespace (clone: Operation not permitted); signal_scope (...)"; empty: nothing is lacking.
    const std::string& lacking() const { return _lacking; }

  private:
    explicit Confinement(bool hostView) : _hostView(hostView) {}
    void note(link::Measure measure, const std::string& problem);
    void lack(link::Measures measures, const std::string& problem);

    bool _hostView;
    int _error = 0;
    link::Measures _inForce;
    std::string _lacking;
};

}  // namespace aip::runner
