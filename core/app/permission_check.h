#pragma once

#include "app/finding.h"
#include "app/settings.h"

namespace aip::app {

/// Files and folders that decide what the agent does, and that others may change, by their owner or mode or those of a
/// folder above them: configuration, secrets, keys, plugins, programs, state, audit, the folder of the socket. What is
/// not there is left out. Each cause is found once, by the key of the first that it concerns.
Findings checkPermissions(const Settings& settings);

}  // namespace aip::app
