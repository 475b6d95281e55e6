#pragma once

#include "app/settings.h"
#include "base/error.h"
#include "mcp_server/http_server.h"
#include "mcp_server/line_server.h"

#include <vector>

/// The settings [mcp_server]: how MCP clients get at the tools of this device.
namespace aip::app {

/// Finds what is wrong: the errors begin with the key of the setting. Reads the key of clients, if it `listens`.
std::vector<base::Error> resolveMcpServer(Settings& settings, bool listens);

/// After that, if something is to listen.
mcp_server::HttpServerSettings httpServerSettings(const Settings& settings);

/// Of one client over lines.
mcp_server::LineServerSettings lineServerSettings(const Settings& settings);

/// As execution::Caller::profile.
std::string mcpProfile(const Settings& settings);

}  // namespace aip::app
