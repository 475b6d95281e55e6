#pragma once

#include "base/error.h"

#include <string>

namespace aip::app {

/// --check by root judges as the user who will run the agent: `wanted` (a name or number), else the owner of the state
/// folder. This process becomes that user, with the home, groups and folders that the unit gives it, and keeps one
/// right of root: to read every file, as systemd hands over secrets that are root's (LoadCredential=). Plugins do not
/// get it.
///
/// A line about it; empty: this process stays who it is, since it is not root's, or root runs the agent. INVALID if
/// there is no such user, DENIED if the system does not let us become it.
///
/// Threads: before the first one begins.
base::Result<std::string> takeViewOfRunner(const std::string& wanted);

}  // namespace aip::app
