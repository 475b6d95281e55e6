#pragma once

#include <filesystem>
#include <string_view>

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

/// A core file would hold the token and whatever else is in memory. Children inherit this.
void forbidCoreDumps();

/// Takes the permissions in `mask` from the files that are made from now on, beside those that it takes already.
void narrowUmask(unsigned mask);

}  // namespace aip::app
