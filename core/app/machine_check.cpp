#include "app/machine_check.h"

#include "app/permission_check.h"
#include "app/resource_check.h"
#include "app/sandbox_check.h"
#include "plugins/time_limit.h"

namespace aip::app {

Findings checkMachine(const Settings& settings, link::Measures granted) {
    Findings findings = checkPermissions(settings);
    findings.add(checkResources(settings));
    findings.add(checkSandbox(granted));
    return findings;
}

Findings checkMachineWithin(std::chrono::milliseconds limit, const Settings& settings, link::Measures granted) {
    const auto found =
        plugins::produceWithin<Findings>(limit, [settings, granted] { return checkMachine(settings, granted); });
    Findings late;
    late.add({Found::slowCheck, "", "",
              "the files and folders of the agent are not looked at within " + std::to_string(limit.count()) + " ms"});
    return found ? *found : late;
}

}  // namespace aip::app
