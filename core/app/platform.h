#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// What differs from one operating system to the next, for this room.
namespace aip::app {

/// As the reference names it: "linux", "windows", "darwin".
std::string_view platformName();

/// Where the plugins of this installation are: ../lib/aip-agent/plugins, seen from the executable.
std::filesystem::path installedPlugins();

/// The program in which plugins run: ../lib/aip-agent/aip-plugin-runner, seen from the executable.
std::filesystem::path installedRunner();

/// All rights of this machine are ours, and a plugin's.
bool hasAllRights();

/// The uid and gid of a user, given by name or as a number; a number need not be in the user database, and is then the
/// gid, too. Empty if the user does not exist.
std::optional<std::pair<std::uint32_t, std::uint32_t>> findUser(const std::string& name);

/// Whether processes of the same user may read the memory of this one, and what it has open, and trace it. They may
/// when a process begins. Children that run another program begin again.
void allowTracing(bool allowed);

/// A core file would hold the token and whatever else is in memory. Children inherit this.
void forbidCoreDumps();

/// Raises the soft limit of open files to the hard one, 65,536 at most. It also bounds how many descriptors may be on
/// their way between the processes of this user when the agent sends one: a plugin with a smaller limit cannot use
/// them up. Children inherit this.
void allowManyDescriptors();

/// Takes the permissions in `mask` from the files that are made from now on, beside those that it takes already.
void narrowUmask(unsigned mask);

}  // namespace aip::app
