#pragma once

#include <string>
#include <vector>

namespace aip::control {

/// Where the socket of an agent is if its settings do not say: control.sock in the first folder of RUNTIME_DIRECTORY
/// (systemd's), else in XDG_RUNTIME_DIR/aip-agent, else for root in /run/aip-agent if that folder is there. A variable
/// that holds no absolute path does not count. Empty: nowhere.
std::string usualSocket();

/// Where a client looks for it: the agent may have been started in another environment, as by systemd. The first is the
/// most likely.
std::vector<std::string> usualSockets();

}  // namespace aip::control
