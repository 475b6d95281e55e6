#include "app/machine_check.h"

#include "app/permission_check.h"
#include "app/resource_check.h"
#include "app/sandbox_check.h"
#include "app/task_check.h"
#include "plugins/time_limit.h"

#include <exception>
#include <string>
#include <utility>

namespace aip::app {
namespace {

Findings slow(std::string text) {
    Findings findings;
    findings.add({Found::slowCheck, "", "", std::move(text)});
    return findings;
}

Findings safe(const std::function<Findings()>& check) {
    try {
        return check();
    } catch (const std::exception& failure) {
        return slow("the files and folders of the agent cannot be looked at: " + std::string(failure.what()));
    }
}

}  // namespace

Findings checkMachine(const Settings& settings, link::Measures granted) {
    Findings findings = checkPermissions(settings);
    findings.add(checkResources(settings));
    findings.add(checkTasks(settings));
    findings.add(checkSandbox(granted));
    return findings;
}

Findings TimedChecks::within(std::chrono::milliseconds limit, std::function<Findings()> check) {
    const std::lock_guard lock(_one);
    if (!_late.expired()) {
        return slow("an earlier look at the files and folders of the agent still waits for a file system");
    }
    const auto underWay = std::make_shared<const char>('\0');
    auto found = plugins::produceWithin<Findings>(limit, [underWay, check = std::move(check)] { return safe(check); });
    if (!found) {
        _late = underWay;
        return slow("the files and folders of the agent are not looked at within " + std::to_string(limit.count()) +
                    " ms");
    }
    return *std::move(found);
}

}  // namespace aip::app
