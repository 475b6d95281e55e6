#pragma once

#include "base/error.h"
#include "http/body_parser.h"

#include <Poco/Net/HTTPSession.h>

namespace aip::mcp_server {

/// Reads a body to its end, and not a byte of what follows it: what the session of POCO has read ahead, and then what
/// its socket receives. Blocks. INVALID: the client sends no more; else what the parser says. Throws as the socket
/// does.
base::Result<void> readBody(Poco::Net::HTTPSession& session, http::BodyParser& parser);

}  // namespace aip::mcp_server
