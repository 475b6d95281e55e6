#include "app/platform.h"
#include "app/sandbox_check.h"

#include <sys/prctl.h>

namespace aip::app {
namespace {

struct MeasureRow {
    link::Measure measure;
    Found found;
    bool ofRoot;  ///< root would get it, too
    const char* text;
};

constexpr MeasureRow measureRows[] = {
    {link::Measure::userNamespace, Found::noUserNamespace, false, "the system refuses a user namespace"},
    {link::Measure::pidNamespace, Found::noPidNamespace, true, "the system refuses a PID namespace"},
    {link::Measure::ipcNamespace, Found::noIpcNamespace, true, "the system refuses an IPC namespace"},
    {link::Measure::signalScope, Found::noLandlock, true, "the system has no Landlock that knows scopes of signals"},
};

}  // namespace

/// A kernel without them does not know the question.
bool hasFilters() {
    return ::prctl(PR_GET_SECCOMP) >= 0;
}

Findings sandboxFindings(const SandboxFacts& facts) {
    Findings findings;
    if (facts.root) {
        findings.add({Found::runsAsRoot, "", "", "this is root"});
    }
    if (!facts.seccomp) {
        findings.add({Found::noSeccomp, "", "", "the kernel knows no seccomp"});
    }
    if (facts.granted.empty()) {
        findings.add({Found::noProbe, "", "", "aip-plugin-runner does not answer: what it could do is not known"});
        return findings;
    }
    for (const auto& row : measureRows) {
        if (!facts.granted.has(row.measure) && (row.ofRoot || !facts.root)) {
            findings.add({row.found, "", "", row.text});
        }
    }
    return findings;
}

Findings checkSandbox(link::Measures granted) {
    return sandboxFindings({granted, hasFilters(), hasAllRights()});
}

}  // namespace aip::app
