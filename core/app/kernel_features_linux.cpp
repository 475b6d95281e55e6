#include "app/kernel_features.h"
#include "app/platform.h"
#include "app/sandbox_check.h"
#include "base/descriptor.h"
#include "base/landlock.h"

#include <filesystem>
#include <system_error>

#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

extern "C" {  // missing in the headers of glibc 2.36
#include <sys/pidfd.h>
}

namespace aip::app {
namespace {

using link::Measure;

std::string stateOf(const KernelFacts& facts, Measure measure) {
    if (facts.granted.empty()) {
        return "not known: aip-plugin-runner does not answer";
    }
    if (facts.root && measure == Measure::userNamespace) {
        return "not used by root";
    }
    return facts.granted.has(measure) ? "keeps plugins apart" : "refused by the system";
}

std::string landlockState(const KernelFacts& facts) {
    if (facts.landlock == 0) {
        return "not there";
    }
    const std::string version = "ABI " + std::to_string(facts.landlock);
    return facts.landlock < base::landlockWithScopes
               ? version + ", not used: scopes of signals need " + std::to_string(base::landlockWithScopes)
               : version + ", " + stateOf(facts, Measure::signalScope);
}

std::string filterState(const KernelFacts& facts) {
    return facts.filtered  ? "a filter is on this process"
           : facts.seccomp ? "there, no filter is on this process"
                           : "not there";
}

std::string thereIs(bool there) {
    return there ? "there" : "not there";
}

}  // namespace

KernelFacts kernelFacts(link::Measures granted) {
    static constexpr int filterMode = 2;
    KernelFacts facts{.granted = granted, .root = hasAllRights(), .landlock = base::landlockVersion()};
    facts.seccomp = hasFilters();
    facts.filtered = ::prctl(PR_GET_SECCOMP) == filterMode;
    std::error_code failed;
    facts.cgroups = std::filesystem::exists("/sys/fs/cgroup/cgroup.controllers", failed);
    facts.memfd = static_cast<bool>(base::Descriptor(::memfd_create("aip-probe", MFD_CLOEXEC | MFD_ALLOW_SEALING)));
    facts.pidfd = static_cast<bool>(base::Descriptor(::pidfd_open(::getpid(), 0)));
    return facts;
}

std::vector<std::pair<std::string, std::string>> kernelFeatures(const KernelFacts& facts) {
    return {{"user namespace", stateOf(facts, Measure::userNamespace)},
            {"PID namespace", stateOf(facts, Measure::pidNamespace)},
            {"IPC namespace", stateOf(facts, Measure::ipcNamespace)},
            {"no_new_privs", stateOf(facts, Measure::noNewPrivileges)},
            {"Landlock", landlockState(facts)},
            {"seccomp", filterState(facts)},
            {"cgroup v2", thereIs(facts.cgroups)},
            {"sealed memfd", thereIs(facts.memfd)},
            {"pidfd", thereIs(facts.pidfd)}};
}

}  // namespace aip::app
