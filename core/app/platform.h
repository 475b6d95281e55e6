#pragma once

#include <filesystem>
#include <string_view>

/// What differs from one operating system to the next, for this room.
namespace aip::app {

/// As the reference names it: "linux", "windows", "darwin".
std::string_view platformName();

/// Where the plugins of this installation are: ../lib/aip-agent/plugins, seen from the executable.
std::filesystem::path installedPlugins();

/// Keeps the signals that waitForSignal() takes from killing the process. First thing in main(), before any thread.
void blockSignals();

enum class Signal { stop, hangUp };

/// Blocks until one arrives: SIGTERM, SIGINT, SIGQUIT are stop, SIGHUP is hangUp.
Signal waitForSignal();

/// Makes waitForSignal() return stop. Any thread.
void raiseStop();

}  // namespace aip::app
