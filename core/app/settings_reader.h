#pragma once

#include "app/settings.h"
#include "base/error.h"

#include <functional>
#include <string>
#include <vector>

namespace aip::app {

struct SettingsRequest {
    std::vector<std::string> paths;        ///< see loadConfiguration(); none: defaults only
    std::vector<std::string> definitions;  ///< "key=value" of the command line, which win
    bool needsServer = false;              ///< without server.url there is nothing to do
    bool again = false;               ///< in a process that has started: files with secrets are not read, nor a token
    std::function<bool()> givenUp{};  ///< nobody wants the settings any more: then they are an error, soon
    bool toolsOnly = false;           ///< nobody connects, is let in or writes a log: files for that are not looked at
};

/// Reads and checks everything that can be configured. All that is wrong is found at once, with file and line and the
/// key, also in the files with secrets, keys and certificates. Without an error the settings hold the other findings. A
/// token from the environment is removed from there: call this before any thread starts.
base::Result<Settings, Findings> readSettings(const SettingsRequest& request);

}  // namespace aip::app
