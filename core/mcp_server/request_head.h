#pragma once

#include "mcp_server/http_rules.h"

#include <Poco/Net/HTTPRequest.h>

#include <string>
#include <vector>

namespace aip::mcp_server {

inline constexpr const char* sessionField = "Mcp-Session-Id";

/// Of each field of this name, in their order.
std::vector<std::string> valuesOf(const Poco::Net::HTTPRequest& request, const std::string& name);

/// What decides in a request as POCO has read it. Pure.
HttpHead headOf(const Poco::Net::HTTPRequest& request);

}  // namespace aip::mcp_server
