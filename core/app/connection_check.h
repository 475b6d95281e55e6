#pragma once

#include "app/command_line.h"
#include "app/settings.h"

#include <ostream>

namespace aip::app {

/// Connects once as the agent does, and with Reach::registration registers. Writes a line for each step, and what to do
/// about the one that fails; no secret. True if none fails. Blocks until the connection's timeouts at most.
bool checkConnection(const Settings& settings, Reach reach, std::ostream& out);

}  // namespace aip::app
