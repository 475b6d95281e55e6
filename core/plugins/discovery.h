#pragma once

#include "base/setting_text.h"
#include "plugins/plugin_set.h"
#include "plugins/server_settings.h"

#include <functional>
#include <map>
#include <set>
#include <string>

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
    /// Ids in the order in which they are admitted and listed: the first to offer a capability keeps it. The others
    /// follow, those at work first, then by directory and name.
    std::vector<std::string> order;
    std::map<std::string, PluginSettings> plugins;
    std::map<std::string, ServerSettings> servers{};  ///< MCP servers by name; they are admitted after the folders
    admission::Trust trust = admission::Trust::owner;
    std::vector<admission::PublicKey> trustedKeys{};  ///< for Trust::signature
    SlotSettings slot{};                              ///< how plugins are run
    std::map<std::string, SlotSettings> slots{};      ///< by id: plugins that do not run as `slot` says
    std::filesystem::path state{};  ///< in which plugins have folders of their own: see stateFolder(); empty: none
    /// Examines only what a shortage has kept out of the previous set, and leaves everything else as it is there.
    bool onlyWhatWasShort = false;
    std::set<std::string> restarted{};  ///< ids: they get new slots, although nothing has changed
};

/// The folders of plugins in one directory, by name. The error says why it cannot be read; EXHAUSTED: for a shortage.
base::Result<std::vector<std::filesystem::path>> foldersIn(const std::filesystem::path& directory);

/// Makes the slot for an admitted plugin. `library` is open on the file to load, or on the folder of a program or
/// server.
using SlotFactory =
    std::function<std::shared_ptr<Slot>(admission::Manifest manifest, base::Descriptor library, SlotSettings settings)>;

/// Runs the gate over every folder in the directories that can be read. Loads code only to replace plugins of the
/// `previous` set:
///
/// - An unchanged plugin keeps its slot, unless the slot is beyond use. Unchanged means the same manifest, which names
///   the hash of the library, and the same settings of the slot, which include the plugin's own values.
/// - A changed plugin must start before it replaces the old one. If it is refused or does not start, the old one keeps
///   its slot and the entry's `update` says why; but not if these settings forbid the old one, if they demand more
///   trust than those that admitted it, or if another plugin now has its id or capabilities.
/// - A shortage takes nothing from a plugin at work, even if its directory cannot be read; PluginSet::shortage() says
///   that a later run may admit more.
/// - A plugin that is admitted is told its folder, and that for its state; without a usable one it is admitted, too,
///   and the entry's `stateless` says why. During a shortage it is kept out until its folder can be looked at.
/// - A plugin at work keeps its tools: another one that offers one of them is refused, unless `order` puts it first.
///
/// An MCP server of the configuration is admitted like a folder. Its slot is always started by the caller: a changed
/// one replaces the old one at once, as it may take a minute to start, and has no tools until it has listed them.
///
/// Blocks while changed plugins start, but not for servers. Does not stop slots of the previous set: the caller stops
/// those that the new set does not hold. [control thread]
PluginSet discoverPlugins(const DiscoverySettings& settings, const PluginSet& previous, const SlotFactory& makeSlot);

}  // namespace aip::plugins
