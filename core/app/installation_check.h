#pragma once

#include "app/settings.h"

namespace aip::app {

/// Compares what the settings name with what there is on this machine: folders, the log, plugins and their keys. Reads
/// manifests, loads no code, makes nothing.
void checkInstallation(const Settings& settings, bool reloading, Findings& findings);

}  // namespace aip::app
