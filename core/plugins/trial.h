#pragma once

#include "admission/manifest.h"
#include "base/descriptor.h"
#include "hosting/refusal.h"
#include "plugins/slot_settings.h"

namespace aip::plugins {

/// Before a plugin is loaded into the agent: loads, starts, stops and destroys it in a process of its own, with the
/// limits of one. What crashes, exits or hangs there, a static constructor included, would take the agent with it.
/// Passed, too, if the settings name no runner; else the Refusal that the process would have got, or
/// "stop-failed".
///
/// Blocks up to settings.startTimeout, then settings.process.stopTimeout. Of what the plugin logs warnings and errors
/// are kept, marked as the trial's. `library` is sealed.
hosting::Check tryInChild(const admission::Manifest& manifest, const base::Descriptor& library,
                          const SlotSettings& settings, const SlotWiring& wiring);

}  // namespace aip::plugins
