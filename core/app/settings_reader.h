#pragma once

#include "app/settings.h"
#include "base/error.h"

#include <string>
#include <vector>

namespace aip::app {

struct SettingsRequest {
    std::vector<std::string> paths;        ///< see loadConfiguration(); none: defaults only
    std::vector<std::string> definitions;  ///< "key=value" of the command line, which win
    bool needsServer = false;              ///< without server.url there is nothing to do
    bool again = false;  ///< in a process that has started: files with secrets are not read, nor a token
};

/// Reads and checks everything that can be configured. The error holds all that is wrong, a line each, with file and
/// line, the key and, for an unknown one, the nearest; files with secrets, keys and certificates are looked at when
/// nothing else is wrong. A token from the environment is removed from there: call this before any thread starts.
base::Result<Settings> readSettings(const SettingsRequest& request);

}  // namespace aip::app
