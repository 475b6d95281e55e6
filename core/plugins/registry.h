#pragma once

#include "admission/gate.h"
#include "plugins/slot.h"
#include "plugins/slot_settings.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace aip::plugins {

/// What the configuration says about one plugin.
struct PluginSettings {
    bool enabled = true;
    std::map<std::string, std::string> values;  ///< its own keys, for its start()
    std::string sha256{};                       ///< of its library, lower-case hex; empty: any
};

struct RegistrySettings {
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

/// One plugin as it is listed, whether it was admitted or not.
struct PluginEntry {
    std::string id;  ///< of the manifest; the folder's name if that could not be read
    std::string version;
    std::filesystem::path folder;
    std::vector<admission::ToolManifest> tools;
    std::optional<hosting::Refusal> refusal;  ///< none: `slot` is set, or the plugin is disabled
    std::optional<hosting::Refusal> update;   ///< why what the folder holds now does not run in the place of `slot`
    std::shared_ptr<Slot> slot;
    PluginSettings settings;  ///< with which the slot was made
    SlotSettings slotSettings;

    /// "refused", "disabled", or the state of the slot.
    std::string state() const;
    /// Why it, or its update, is refused, failed or wedged: "reason-code: text". Empty otherwise.
    std::string reason() const;
};

/// Finds the plugins and keeps their slots. One thread; afterwards, for reading, any.
class Registry {
  public:
    /// Makes the slot for an admitted plugin. `library` is open on the file to load.
    using SlotFactory = std::function<std::shared_ptr<Slot>(admission::Manifest manifest, base::Descriptor library,
                                                            SlotSettings settings)>;

    Registry(RegistrySettings settings, SlotFactory makeSlot);

    /// Looks into the directories and runs the gate over every folder with a plugin in it. Loads no code. Once.
    void discover() { replace(Registry({}, {})); }

    /// The same instead of a set that is at work: a plugin that has not changed (manifest, settings, how it is run)
    /// keeps its slot, unless that is beyond use. One that has changed must start before it takes the place of one that
    /// works. If it is refused or does not start, the old one keeps its slot and the entry's `update` says why; unless
    /// these settings forbid it or trust less than those under which it came, or another plugin has taken its place.
    /// Blocks as long as the new ones take to start. The old set is left as it is: its other slots are for the caller
    /// to stop.
    void replace(const Registry& previous);

    const std::vector<PluginEntry>& entries() const { return _entries; }
    /// Of the admitted plugins, in order.
    std::vector<std::shared_ptr<Slot>> slots() const;

    /// Stops all, each with what is left of `limit`. False if something had to be left behind. [control thread]
    bool stopAll(std::chrono::milliseconds limit);

  private:
    admission::GateRules rules() const;
    std::vector<std::filesystem::path> folders() const;
    PluginEntry examine(admission::Gate& gate, const std::filesystem::path& folder, const PluginEntry* before) const;
    void settle(PluginEntry& entry, admission::Candidate candidate, const PluginEntry* before) const;
    bool trusts(const PluginEntry& before, const RegistrySettings& then) const;
    const PluginEntry* find(const std::string& id) const;
    void listMissing();

    RegistrySettings _settings;
    SlotFactory _makeSlot;
    std::vector<PluginEntry> _entries;
};

}  // namespace aip::plugins
