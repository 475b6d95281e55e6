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

/// Keeps the signals that waitForSignal() takes from killing the process. First thing in main(), before any thread.
void blockSignals();

/// All rights of this machine are ours, and a plugin's.
bool hasAllRights();

/// The uid and gid of a user, given by name or as a number; a number need not be in the user database, and is then the
/// gid, too. None: there is no such user.
std::optional<std::pair<std::uint32_t, std::uint32_t>> findUser(const std::string& name);

/// Whether processes of the same user may read the memory of this one, and what it has open, and trace it. They may
/// when a process begins. Children that run another program begin again.
void allowTracing(bool allowed);

/// A core file would hold the token and whatever else is in memory. Children inherit this.
void forbidCoreDumps();

enum class Signal { stop, hangUp, networkUp };

/// Blocks until one arrives: SIGTERM, SIGINT, SIGQUIT are stop, SIGHUP is hangUp, networkUp see NetworkWatch.
Signal waitForSignal();

/// As long as it lives, waitForSignal() returns networkUp when this machine gets an address. At most one at a time;
/// where the system cannot tell, it never does.
class NetworkWatch {
  public:
    NetworkWatch();
    ~NetworkWatch();
    NetworkWatch(const NetworkWatch&) = delete;
    NetworkWatch& operator=(const NetworkWatch&) = delete;

    /// The system cannot tell.
    bool blind() const { return _descriptor < 0; }

  private:
    int _descriptor;
};

/// Makes waitForSignal() return stop. Any thread.
void raiseStop();

}  // namespace aip::app
