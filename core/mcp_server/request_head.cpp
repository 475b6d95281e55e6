#include "mcp_server/request_head.h"

#include "base/ascii.h"
#include "http/announced_body.h"

#include <Poco/String.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace aip::mcp_server {
namespace {

/// Of those that decide, each stands once. A body has one length. Others take "Content-Length : 5" for it, POCO does
/// not: the body would be the next request.
bool isAmbiguous(const Poco::Net::HTTPRequest& request) {
    const auto count = [&](const char* name) { return http::valuesOf(request, name).size(); };
    const auto decisive = {"Host",       "Origin",     "Authorization", "Content-Type",         "Content-Length",
                           "Mcp-Method", sessionField, "Mcp-Name",      "MCP-Protocol-Version", "Transfer-Encoding"};
    return std::any_of(decisive.begin(), decisive.end(), [&](const char* name) { return count(name) > 1; }) ||
           count("Content-Length") + count("Transfer-Encoding") > 1 ||
           !std::all_of(request.begin(), request.end(), [](const auto& field) { return base::isToken(field.first); });
}

/// POCO takes "=?base64?" for the start of an encoded word, as mail has them, and drops its first two characters.
std::string asSent(const std::string& value) {
    return value.starts_with("base64?") ? "=?" + value : value;
}

std::vector<std::pair<std::string, std::string>> paramsOf(const Poco::Net::HTTPRequest& request) {
    constexpr std::size_t prefixSize = std::string_view("Mcp-Param-").size();
    std::vector<std::pair<std::string, std::string>> params;
    for (const auto& [name, value] : request) {
        if (Poco::icompare(name.substr(0, prefixSize), std::string("Mcp-Param-")) == 0) {
            params.emplace_back(name, asSent(value));
        }
    }
    return params;
}

}  // namespace

HttpHead headOf(const Poco::Net::HTTPRequest& request) {
    const auto field = [&](const char* name) { return request.get(name, ""); };
    return {request.getMethod(),
            request.getURI(),
            field("Host"),
            field("Origin"),
            field("Authorization"),
            field("Content-Type"),
            field("MCP-Protocol-Version"),
            field(sessionField),
            field("Mcp-Method"),
            asSent(field("Mcp-Name")),
            paramsOf(request),
            isAmbiguous(request)};
}

}  // namespace aip::mcp_server
