#pragma once

#include "base/error.h"
#include "hosting/plugin_spec.h"

#include <aip/abi.h>

namespace aip::hosting {

/// Whether the tools that the manifest promises are those that the library itself describes (aip.manifest/1), no more
/// and no less. NOT_FOUND names the first that is not. A library without that extension is believed. [control], before
/// start().
base::Result<void> matchDescribedTools(aip_plugin& plugin, const PluginSpec& spec);

}  // namespace aip::hosting
