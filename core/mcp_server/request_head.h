#pragma once

#include "mcp_server/http_rules.h"

#include <Poco/Net/HTTPRequest.h>

namespace aip::mcp_server {

inline constexpr const char* sessionField = "Mcp-Session-Id";

/// What decides in a request as POCO has read it. Pure.
HttpHead headOf(const Poco::Net::HTTPRequest& request);

}  // namespace aip::mcp_server
