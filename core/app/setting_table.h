#pragma once

#include "app/settings.h"
#include "base/error.h"
#include "base/setting_text.h"

#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace aip::app {

/// When a changed setting counts.
enum class Scope {
    restart,  ///< at the next start
    reload,   ///< at a reload
    plugin,   ///< at a reload; a [plugin.ID] may also hold it, for this plugin
};

/// Takes a value over; the error says what is wrong with it. In the order of Scope: what a setter writes to decides the
/// scope, so that no setting that needs a restart can reach what a reload replaces, and a reload misses no setting.
using Setter = std::variant<base::Result<void> (*)(FixedSettings&, const base::SettingText&),
                            base::Result<void> (*)(ReloadableSettings&, const base::SettingText&),
                            base::Result<void> (*)(plugins::SlotSettings&, const base::SettingText&)>;

/// One row of the table of settings.
struct SettingRow {
    const char* key;
    const char* kind;          ///< "seconds", "size", "number", "boolean", "text", "list", "path", "reference"
    const char* defaultValue;  ///< as it would be written
    const char* meaning;       ///< one sentence
    Setter set;

    constexpr Scope scope() const { return static_cast<Scope>(set.index()); }

    base::Result<void> apply(Settings& settings, const base::SettingText& value) const;

    /// The same for one plugin. Only with Scope::plugin.
    base::Result<void> apply(plugins::SlotSettings& slot, const base::SettingText& value) const;
};

/// All settings but the families: [profile.NAME], [plugin.ID], [mcp.NAME] and [device.metadata], whose sections or keys
/// the operator chooses.
std::span<const SettingRow> settingTable();

/// Null: no such key.
const SettingRow* findSetting(const std::string& key);

/// Of a key in the table or in a family.
Scope scopeOf(const std::string& key);

/// Key and value, in the order of the sample: the defaults and examples of the families.
const std::vector<std::pair<const char*, const char*>>& familyKeys();

}  // namespace aip::app
