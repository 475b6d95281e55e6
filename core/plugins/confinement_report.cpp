#include "plugins/confinement_report.h"

#include "base/json_text.h"

#include <aip/abi.h>

#include <utility>

namespace aip::plugins {
namespace {

constexpr std::size_t longestReport = 1UL << 10U;

/// Without it the kernel does not end the rest with the first one.
std::string consequence(link::Measures inForce) {
    return inForce.has(link::Measure::pidNamespace) ? "" : "; if it kills its watcher, what it has started goes on";
}

}  // namespace

void ConfinementReport::report(const link::Confined& confined) {
    const link::Measures inForce(confined.inForce);
    std::string lacking = base::readable(confined.lacking, longestReport);
    const bool news = _latest.with([&](Latest& latest) {
        latest.inForce = inForce;
        return std::exchange(latest.lacking, lacking) != lacking;
    });
    if (news && !lacking.empty() && _log) {
        _log(AIP_LOG_WARN, "its process is without " + lacking + consequence(inForce));
    }
}

link::Measures ConfinementReport::inForce() const {
    return _latest.with([](const Latest& latest) { return latest.inForce; });
}

}  // namespace aip::plugins
