#pragma once

#include <string>
#include <string_view>
#include <vector>

/// The names of keys: those of the table, and those of the families, whose sections the operator names.
namespace aip::app {

inline constexpr std::string_view profileFamily = "profile.";
inline constexpr std::string_view pluginFamily = "plugin.";
inline constexpr std::string_view serverFamily = "mcp.";
inline constexpr std::string_view limitFamily = "limits.";
inline constexpr std::string_view metadataFamily = "device.metadata.";

/// "profile.linux.agent" -> "agent"
std::string lastPart(const std::string& key);

/// pluginFamily, "plugin.shell.enabled" -> "shell"; empty if the key has no such three parts.
std::string memberOf(const std::string& key, std::string_view family);

/// A key of [plugin.ID]: "plugin.a.b.hosts.0.name" is "hosts.0.name" of "a.b".
struct PluginKey {
    std::string id;
    std::string name;
};

/// Ids may have dots, and so may names: the longest id that is installed counts. Without one the id ends before the
/// name of a list with numbered parts, or else at the last dot. `key` must have three parts of the plugins' family.
PluginKey pluginKey(const std::string& key, const std::vector<std::string>& installed);

bool isKnownKey(const std::string& key);

/// "unknown key 'server.urll'; did you mean 'server.url'?", with the last part if `proposed`.
std::string unknownKey(const std::string& key, bool proposed);

}  // namespace aip::app
