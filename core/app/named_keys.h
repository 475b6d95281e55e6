#pragma once

#include <span>
#include <string_view>

namespace aip::app {

/// A key of a section that the operator names: [profile.NAME], [plugin.ID] or [limits.PATTERN]. Those of [mcp.NAME] are
/// serverKeys(); a plugin has its own beside these.
struct NamedKey {
    std::string_view family;  ///< "profile.", as setting_keys.h names it
    const char* name;
    const char* kind;          ///< as that of a SettingRow
    const char* defaultValue;  ///< as it would be written
    const char* meaning;
};

std::span<const NamedKey> namedKeys();

bool isNamedKey(std::string_view family, std::string_view name);

}  // namespace aip::app
