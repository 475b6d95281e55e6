#pragma once

#include "app/finding.h"
#include "app/settings.h"
#include "link/measures.h"

#include <chrono>

namespace aip::app {

/// What is wrong with this machine for an agent with these settings: who may change the files and folders that decide,
/// what is left of space and descriptors, what the system offers to keep plugins apart. Changes nothing. `granted`: by
/// this machine to the process of a plugin. Blocks on files.
Findings checkMachine(const Settings& settings, link::Measures granted);

/// The same within `limit`: if a file system does not answer, that is found.
Findings checkMachineWithin(std::chrono::milliseconds limit, const Settings& settings, link::Measures granted);

}  // namespace aip::app
