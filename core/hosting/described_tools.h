#pragma once

#include "base/error.h"
#include "hosting/plugin_spec.h"

#include <aip/abi.h>

namespace aip::hosting {

/// Checks that the library describes exactly the tools that the manifest promises (aip.manifest/1). NOT_FOUND names the
/// first difference. Passed if the library does not have that extension. [control], before start().
base::Result<void> matchDescribedTools(aip_plugin& plugin, const PluginSpec& spec);

}  // namespace aip::hosting
