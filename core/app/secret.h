#pragma once

#include "app/settings.h"
#include "base/error.h"

#include <string>

namespace aip::app {

/// settings.session.endpoint.token came from the environment: `rawValue` (the raw text of server.token) must be one
/// reference ${system.env.NAME}, or empty. NAME is then removed from the environment, so that no child gets it, and its
/// bytes from what /proc/PID/environ shows. A key written out is refused. No error text ever holds the key.
base::Result<void> resolveToken(const Settings& settings, const std::string& rawValue);

/// Removes a variable from the environment, and its bytes from what /proc/PID/environ shows. Before any thread starts.
void forgetVariable(const std::string& name);

/// INVALID if it is not made of visible ASCII. The error shows nothing of it.
base::Result<void> checkToken(const std::string& token);

/// The one line in a file that nobody else may read: UTF-8 without a byte order mark.
base::Result<std::string> readSecretFile(const std::string& name);

}  // namespace aip::app
