#pragma once

#include <string>
#include <string_view>

/// The names of keys: those of the table, and those of the families, whose sections the operator names.
namespace aip::app {

inline constexpr std::string_view profileFamily = "profile.";
inline constexpr std::string_view pluginFamily = "plugin.";
inline constexpr std::string_view metadataFamily = "device.metadata.";

/// "profile.linux.agent" -> "agent"
std::string lastPart(const std::string& key);

/// pluginFamily, "plugin.shell.enabled" -> "shell"; empty if the key has no such three parts.
std::string memberOf(const std::string& key, std::string_view family);

bool isKnownKey(const std::string& key);

/// "unknown key 'server.urll'; did you mean 'server.url'?", with the last part if `proposed`.
std::string unknownKey(const std::string& key, bool proposed);

}  // namespace aip::app
