#pragma once

#include "base/setting_text.h"
#include "plugins/plugin_set.h"

#include <functional>
#include <map>

namespace aip::plugins {

/// What the configuration says about one plugin.
struct PluginSettings {
    bool enabled = true;
    std::map<std::string, base::SettingText> values;  ///< its own keys, for its start()
    std::string sha256{};                             ///< of its library, lower-case hex; empty: any
};

struct DiscoverySettings {
    std::vector<std::filesystem::path> directories;  ///< each holds one folder per plugin
    std::vector<std::string> allowed;                ///< ids; empty: all
    /// Ids in the order in which they are admitted and listed: the first to offer a capability keeps it. Those not
    /// named follow by directory and name.
    std::vector<std::string> order;
    std::map<std::string, PluginSettings> plugins;
    admission::Trust trust = admission::Trust::owner;
    std::vector<admission::PublicKey> trustedKeys{};  ///< for Trust::signature
    SlotSettings slot{};                              ///< how plugins are run
    std::map<std::string, SlotSettings> slots{};      ///< by id: those that are run in another way
};

/// Makes the slot for an admitted plugin. `library` is open on the file to load.
using SlotFactory =
    std::function<std::shared_ptr<Slot>(admission::Manifest manifest, base::Descriptor library, SlotSettings settings)>;

/// Looks into the directories and runs the gate over every folder with a plugin in it. Loads no code, unless there is a
/// `previous` set, which is at work and is to be replaced:
///
/// A plugin that has not changed (its manifest, which names the hash of the library, and its slot's settings, with its
/// values in them) keeps its slot, unless that is beyond use. One that has changed must start before it takes the place
/// of one that works. If it is refused or does not start, the old one keeps its slot and the entry's `update` says why;
/// unless these settings forbid it or trust less than those under which it came, or another plugin has taken its place.
///
/// Blocks as long as the new ones take to start. The slots of the old set are left as they are: those that are not in
/// the new one are for the caller to stop. [control thread]
PluginSet discoverPlugins(const DiscoverySettings& settings, const PluginSet& previous, const SlotFactory& makeSlot);

}  // namespace aip::plugins
