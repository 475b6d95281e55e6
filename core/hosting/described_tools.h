#pragma once

#include "admission/manifest.h"
#include "base/error.h"

#include <aip/abi.h>

namespace aip::hosting {

/// Whether the tools of the manifest are those that the library itself describes (aip.manifest/1), no more and no less.
/// NOT_FOUND names the first that is not. A library without that extension is believed. [control], before start().
base::Result<void> matchDescribedTools(aip_plugin& plugin, const admission::Manifest& manifest);

}  // namespace aip::hosting
