#pragma once

#include "admission/manifest.h"
#include "base/descriptor.h"
#include "hosting/refusal.h"
#include "plugins/slot_settings.h"

#include <stop_token>

namespace aip::plugins {

/// Before a plugin is loaded into the agent: loads, starts, stops and destroys it in a process of its own, with the
/// limits of such a process. A plugin that crashes, exits or hangs there, even in a static constructor, would do the
/// same to the agent. Passed also if the settings name no runner. Otherwise the Refusal that a start in a process would
/// get, or "stop-failed".
///
/// Blocks up to settings.startTimeout, then settings.process.stopTimeout; after `givenUp`, only until the process is
/// killed, and "start-failed". Warnings and errors that the plugin logs are
/// logged as those of the trial. `library` is sealed.
hosting::Check tryInChild(const admission::Manifest& manifest, const base::Descriptor& library,
                          const SlotSettings& settings, const SlotWiring& wiring, const std::stop_token& givenUp = {});

}  // namespace aip::plugins
