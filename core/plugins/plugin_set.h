#pragma once

#include "admission/gate.h"
#include "hosting/refusal.h"
#include "plugins/slot.h"
#include "plugins/slot_settings.h"

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace aip::plugins {

using Slots = std::vector<std::shared_ptr<Slot>>;

/// One plugin as it is listed, whether it was admitted or not.
struct PluginEntry {
    std::string id;  ///< of the manifest; the folder's name if that could not be read
    std::string version;
    std::filesystem::path folder;
    std::vector<admission::ToolManifest> tools;
    std::vector<std::string> leftOut;         ///< a line for each tool of the manifest that cannot be offered
    std::optional<hosting::Refusal> refusal;  ///< none: `slot` is set, or the plugin is disabled
    std::optional<hosting::Refusal> update;   ///< why the plugin that is now in the folder does not replace `slot`
    std::shared_ptr<Slot> slot;
    SlotSettings settings;  ///< with which the slot was made
    bool isServer = false;  ///< an MCP server of the configuration: `folder` is where it runs, not what it is
    bool pinned = false;    ///< the configuration named the hash of its library when it was admitted
    std::string stateless;  ///< why it has no folder for its state, where it should have one; empty: it has

    /// "refused", "disabled", or the state of the slot.
    std::string state() const;
    /// Why it, or its update, is refused, failed or wedged: "reason-code: text". Empty otherwise.
    std::string reason() const;
    /// It, or its update, is kept out because the system was short of something: the same may be admitted later.
    bool isShort() const;
    /// What keeps its latest process apart; before the first one, what keeps one like that apart on a machine that
    /// grants `granted`.
    link::Measures measures(link::Measures granted = {}) const;
};

/// The plugins of one discovery, in their order, with the slots of the admitted ones. Immutable, apart from the state
/// of the slots. Any thread.
class PluginSet {
  public:
    PluginSet() = default;
    /// `trust`, `keys`: the rules by which they were admitted.
    /// `unread`: why plugins may be missing that nothing is known of; see shortage().
    PluginSet(std::vector<PluginEntry> entries, admission::Trust trust, std::vector<admission::PublicKey> keys,
              std::string unread = {})
        : _entries(std::move(entries)), _trust(trust), _keys(std::move(keys)), _unread(std::move(unread)) {}

    const std::vector<PluginEntry>& entries() const { return _entries; }
    admission::Trust trust() const { return _trust; }
    const std::vector<admission::PublicKey>& keys() const { return _keys; }

    /// Of the admitted plugins, in order.
    Slots slots() const;
    /// The plugin with that id; null if it has no slot or its slot is beyond use.
    const PluginEntry* working(const std::string& id) const;
    /// Of what the system was short, so that a plugin or an update was kept out: "shell: shortage: ..." for the first,
    /// and the number of others. Empty: of nothing.
    std::string shortage() const;

  private:
    std::vector<PluginEntry> _entries;
    admission::Trust _trust = admission::Trust::owner;
    std::vector<admission::PublicKey> _keys;
    std::string _unread;
};

/// Stops them at the same time, each within `limit`: see Slot::stop(). False if something had to be left behind.
/// Blocks. [control thread]
bool stopAll(const Slots& slots, std::chrono::milliseconds limit);

}  // namespace aip::plugins
