#pragma once

#include "admission/manifest.h"
#include "hosting/plugin_spec.h"
#include "plugins/slot_settings.h"

namespace aip::plugins {

/// What the process that hosts the plugin must know of its manifest and its settings.
hosting::PluginSpec specOf(const admission::Manifest& manifest, const SlotSettings& settings);

}  // namespace aip::plugins
