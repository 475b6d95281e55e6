#pragma once

#include "app/finding.h"
#include "link/measures.h"

namespace aip::app {

/// What this machine lacks to keep plugins apart. `granted`: see plugins::probeConfinement().
Findings checkSandbox(link::Measures granted);

/// The kernel has filters of system calls.
bool hasFilters();

/// The same, knowing everything. Pure.
struct SandboxFacts {
    link::Measures granted;
    bool seccomp = true;  ///< the kernel has filters of system calls
    bool root = false;    ///< the agent has all rights
};
Findings sandboxFindings(const SandboxFacts& facts);

}  // namespace aip::app
