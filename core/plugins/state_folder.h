#pragma once

#include "base/error.h"
#include "plugins/slot_settings.h"

#include <filesystem>
#include <optional>
#include <string>

namespace aip::plugins {

/// The folder in which a plugin keeps what outlives it and its upgrades: `state`/plugins/ID, of mode 700, and of the
/// user whom the plugin's processes run as: `user`, or else the agent's. What is missing is made. Links are followed on
/// the way to `state`, not from there on.
///
/// DENIED if what is there belongs to somebody else or others may write to it, or the user cannot get into it; every
/// error names the folder and says what to do. EXHAUSTED for a shortage: the same may succeed later.
base::Result<std::filesystem::path> stateFolder(const std::filesystem::path& state, const std::string& id,
                                                const std::optional<ProcessUser>& user);

/// The folder in which the agent keeps what it knows of MCP servers: `state`/mcp, of mode 700. The same errors.
base::Result<std::filesystem::path> serversFolder(const std::filesystem::path& state);

}  // namespace aip::plugins
