#pragma once

#include "app/plugin_folders.h"
#include "app/settings.h"

#include <vector>

namespace aip::app {

/// The namespaces of profiles that no plugin has, as far as the manifests tell. For settings with which no plugin can
/// be started; otherwise execution::remarksOn() knows better.
void findUnknownNamespaces(const Settings& settings, const std::vector<PluginFolder>& plugins, Findings& findings);

}  // namespace aip::app
