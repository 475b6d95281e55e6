#pragma once

#include "mcp/header_arguments.h"
#include "mcp/rpc.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What an HTTP request must be like before its body counts. Pure.
namespace aip::mcp_server {

/// The parts of a request's head that matter. Empty: absent.
struct HttpHead {
    std::string method;
    std::string path;  ///< with its query
    std::string host;
    std::string origin;
    std::string authorization;
    std::string contentType;
    std::string revision;  ///< MCP-Protocol-Version
    std::string session;   ///< Mcp-Session-Id
    std::string mcpMethod;
    std::string mcpName;
    std::vector<std::pair<std::string, std::string>> mcpParams;  ///< all Mcp-Param-NAME
    bool ambiguous = false;                                      ///< two readers could take it for different requests
};

struct HttpRules {
    std::string path = "/mcp";
    std::string key;                 ///< clients send it as a bearer token; empty: nobody is let in
    std::vector<std::string> hosts;  ///< under which the server may be addressed, without ports
};

struct HttpRefusal {
    int status = 400;
    std::string text;
    mcp::RpcCode code = mcp::RpcCode::invalidRequest;
    std::string id = "null";  ///< of the request that is answered, as JSON
};

/// What Retry-After says with a 503.
inline constexpr int retryAfterSeconds = 5;

/// Why a request is refused whatever its body says. The key is looked at last and compared in constant time: nobody
/// learns by it whether another rule would hold.
std::optional<HttpRefusal> refusalOf(const HttpHead& head, const HttpRules& rules);

/// Why headers and body of a request with metadata (revision 2026-07-28) contradict each other.
std::optional<HttpRefusal> mismatchOf(const HttpHead& head, const mcp::RpcMessage& message);

/// The same of a call's arguments; `arguments`: those that this tool wants in headers.
std::optional<HttpRefusal> mismatchOf(const HttpHead& head, const mcp::RpcMessage& call,
                                      const mcp::HeaderArguments& arguments);

/// Whether a message states its revision itself; otherwise it needs a session.
bool statesItsRevision(const mcp::RpcMessage& message);

}  // namespace aip::mcp_server
