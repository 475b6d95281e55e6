#pragma once

#include "base/error.h"

#include <string>

namespace aip::app {

/// --check by root judges as the user who will run the agent: `wanted` (a name or number), else the owner of the state
/// folder (that of the environment: the configuration is not read yet). This process becomes that user, with the home,
/// groups and folders that the unit gives it, and keeps one right of root, if it has it: to read every file, as systemd
/// hands over secrets that are root's (LoadCredential=). Processes of plugins do not get it; a plugin in this process
/// (isolation = in_process) has it.
///
/// A line about it; empty: this process stays who it is, since it is not root's, or root runs the agent. INVALID if
/// the user is unknown, or this process is not root's and another user is wanted; DENIED if the system refuses the
/// change.
///
/// Threads: before the first one begins.
base::Result<std::string> takeViewOfRunner(const std::string& wanted);

}  // namespace aip::app
