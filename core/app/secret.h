#pragma once

#include "app/settings.h"
#include "base/error.h"

#include <string>

namespace aip::app {

/// Puts the server's key into settings.session.endpoint.token: from settings.tokenFile, or from the environment if
/// `rawValue` (the raw text of server.token) is one reference ${system.env.NAME}; NAME is then removed from the
/// environment, so that no child gets it, and its bytes from what /proc/PID/environ shows. A key written out is
/// refused, as is a file that others may read. No error text ever holds the key.
base::Result<void> resolveToken(Settings& settings, const std::string& rawValue);

/// Removes a variable from the environment, and its bytes from what /proc/PID/environ shows. Before any thread starts.
void forgetVariable(const std::string& name);

/// The one line in a file that nobody else may read.
base::Result<std::string> readSecretFile(const std::string& name);

}  // namespace aip::app
