#include "plugins/confinement_report.h"

#include "base/json_text.h"

#include <aip/abi.h>

#include <utility>

namespace aip::plugins {
namespace {

constexpr std::size_t longestReport = 1UL << 10U;

/// More than processes of a plugin live at the same time.
constexpr std::size_t mostRemembered = 4'096;

/// Without it the kernel does not end the rest with the first one.
std::string consequence(link::Measures inForce) {
    return inForce.has(link::Measure::pidNamespace) ? "" : "; if it kills its watcher, what it has started goes on";
}

}  // namespace

bool ConfinementReport::isFirst(Latest& latest, ProcessId process) {
    if (process <= latest.forgotten || !latest.reported.insert(process).second) {
        return false;
    }
    if (latest.reported.size() > mostRemembered) {
        latest.forgotten = *latest.reported.begin();
        latest.reported.erase(latest.reported.begin());
    }
    return true;
}

bool ConfinementReport::report(ProcessId process, const link::Confined& confined) {
    const link::Measures inForce(confined.inForce);
    std::string lacking = base::readable(confined.lacking, longestReport);
    bool first = false;
    const bool news = _latest.with([&](Latest& latest) {
        first = isFirst(latest, process);
        if (!first) {
            return false;
        }
        latest.inForce = inForce;
        return std::exchange(latest.lacking, lacking) != lacking;
    });
    if (news && !lacking.empty() && _log) {
        _log(AIP_LOG_WARN, "its process is without " + lacking + consequence(inForce));
    }
    return first;
}

link::Measures ConfinementReport::inForce() const {
    return _latest.with([](const Latest& latest) { return latest.inForce; });
}

}  // namespace aip::plugins
