#pragma once

#include "app/redaction.h"
#include "app/settings.h"
#include "audit/trail.h"
#include "execution/plugin_manager.h"
#include "lifecycle/outbox.h"
#include "plugins/plugin_set.h"

#include <memory>
#include <string>

namespace aip::app {

/// Of the ABI of plugins: "1.1".
std::string abiVersion();

/// Makes slots with what of `settings` does not change while the agent runs. `outbox` null: their plugins cannot send
/// files. `trail` outlives the slots.
execution::LeaseFactory slotMaker(const Settings& settings, const Redaction& redaction,
                                  const std::shared_ptr<lifecycle::Outbox>& outbox, audit::Trail& trail);

/// The set of plugins that the settings ask for.
execution::PluginSetConfig pluginSetFor(const Settings& settings);

/// Finds and admits the plugins as the settings say. Loads no code. They cannot send files.
plugins::PluginSet discoverPlugins(const Settings& settings);

}  // namespace aip::app
