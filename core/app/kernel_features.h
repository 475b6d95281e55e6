#pragma once

#include "link/measures.h"

#include <string>
#include <utility>
#include <vector>

namespace aip::app {

/// What the agent and the processes of its plugins use of the kernel.
struct KernelFacts {
    link::Measures granted;  ///< see plugins::probeConfinement(); none: nobody has answered
    bool root = false;       ///< the agent has all rights
    int landlock = 0;        ///< its ABI; 0: there is none
    bool seccomp = false;    ///< it has filters of system calls
    bool filtered = false;   ///< this process has one, of the service manager or the container
    bool cgroups = false;    ///< version 2, by which a service manager limits memory and tasks
    bool memfd = false;      ///< sealed memory, for libraries and long texts
    bool pidfd = false;      ///< descriptors of processes, to end and reap them
};

KernelFacts kernelFacts(link::Measures granted);

/// The name of each, and whether and how it is in use. Pure.
std::vector<std::pair<std::string, std::string>> kernelFeatures(const KernelFacts& facts);

}  // namespace aip::app
