#include "runner/confinement_linux.h"

#include "runner/limits_linux.h"
#include "runner/namespaces_linux.h"
#include "runner/signal_scope_linux.h"
#include "runner/watcher_linux.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include <grp.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace aip::runner {
namespace {

using link::Measure;
using link::Measures;

std::string problemOf(bool done) {
    return done ? std::string() : std::string(std::strerror(errno));
}

Measures wantedNamespaces() {
    Measures wanted;
    wanted.add(Measure::pidNamespace);
    wanted.add(Measure::ipcNamespace);
    if (::geteuid() != 0) {
        wanted.add(Measure::userNamespace);
    }
    return wanted;
}

std::string changeUser(const link::Start& start) {
    return problemOf(::setgroups(0, nullptr) == 0 && ::setresgid(start.group, start.group, start.group) == 0 &&
                     ::setresuid(start.user, start.user, start.user) == 0 &&
                     ::prctl(PR_SET_DUMPABLE, 1) == 0);  // else /proc/self/oom_score_adj were root's
}

/// `parent` as it was while the process would still have died with it: a change of the user ends that.
void dieWith(pid_t parent) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) {
        ::_exit(EXIT_FAILURE);
    }
}

}  // namespace

Confinement Confinement::split(int lifeline, bool hostView) {
    Confinement confinement(hostView);
    if (!hostView) {
        const Measures wanted = wantedNamespaces();
        const Namespaces namespaces = splitIntoNamespaces(lifeline);
        confinement._inForce = namespaces.inForce;
        confinement._error = namespaces.shortage;
        confinement.lack(wanted.without(namespaces.inForce), namespaces.problem);
    }
    if (confinement._error == 0 && !confinement._inForce.has(Measure::pidNamespace)) {
        confinement._error = splitFromWatcher(lifeline);
    }
    return confinement;
}

void Confinement::complete(const link::Start& start) {
    const pid_t parent = ::getppid();
    if (start.user != link::sameUser) {
        note(Measure::ownUser, changeUser(start));
    }
    limitThisProcess(start, _inForce.has(Measure::userNamespace));
    dieWith(parent);
    note(Measure::noNewPrivileges, problemOf(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0));
    if (!_hostView) {
        note(Measure::signalScope, scopeSignals());
    }
    if (start.debuggable == 0) {
        note(Measure::undumpable, problemOf(::prctl(PR_SET_DUMPABLE, 0) == 0));
    }
}

void Confinement::renounce(Measures measures, const std::string& why) {
    const Measures kept = _inForce.without(measures);
    lack(_inForce.without(kept), why);
    _inForce = kept;
}

void Confinement::note(Measure measure, const std::string& problem) {
    if (problem.empty()) {
        _inForce.add(measure);
    } else {
        lack(Measures(static_cast<std::uint32_t>(measure)), problem);
    }
}

void Confinement::lack(Measures measures, const std::string& problem) {
    if (!measures.empty()) {
        _lacking += (_lacking.empty() ? "" : "; ") + measures.text() + " (" + problem + ")";
    }
}

}  // namespace aip::runner
