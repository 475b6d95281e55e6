#pragma once

#include "app/settings.h"

#include <filesystem>
#include <functional>
#include <string>

namespace aip::app {

/// What a variable of the environment holds; empty: it is not set.
using Environment = std::function<std::string(const char* name)>;

/// Where the state of plugins is kept if the settings name no place: the first folder of STATE_DIRECTORY (systemd's),
/// else XDG_STATE_HOME/aip-agent, else /var/lib/aip-agent for root, HOME/.local/state/aip-agent for others. A variable
/// that holds no absolute path does not count. Empty: there is none.
std::filesystem::path defaultStateDirectory(const Environment& environment, bool root);

/// As the settings say, or that of this process.
std::filesystem::path stateDirectory(const Settings& settings);

/// Makes what is missing of a folder in the state folder, in the way in which plugins::stateFolder() makes it, whatever
/// the umask says: mode 700, the state folder 711. What fails here, opening a file in it tells.
void makeStatePlace(const std::filesystem::path& folder);

}  // namespace aip::app
