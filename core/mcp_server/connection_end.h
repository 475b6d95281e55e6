#pragma once

namespace aip::mcp_server {

/// Whether the other side of a TCP connection has closed it, or its sending half: nobody can tell these apart before
/// something is sent, and for MCP a closed connection is what counts. What it has sent before may still be unread. Does
/// not block.
bool isEnded(int socket);

}  // namespace aip::mcp_server
