#pragma once

#include "app/settings.h"
#include "base/error.h"

#include <vector>

namespace aip::app {

/// Completes the MCP servers that have a url: reads the files of headers (each line is "Name: value"), certificates,
/// keys and proxy credentials, and takes the proxy of the environment if none is set. Returns all that is wrong,
/// without anything secret. Blocks on the files.
std::vector<base::Error> resolveServers(Settings& settings);

}  // namespace aip::app
