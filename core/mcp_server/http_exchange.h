#pragma once

#include "mcp_server/http_rules.h"
#include "mcp_server/http_sessions.h"

#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/Net/HTTPServerResponse.h>

#include <atomic>
#include <cstddef>
#include <iosfwd>
#include <optional>
#include <string>

namespace aip::mcp_server {

/// What the exchanges of a server share. Outlives them.
struct HttpContext {
    const HttpRules rules;
    const std::size_t longestBody;
    HttpSessions& sessions;
    execution::Places streams{16};  ///< of exchanges that may last for ever; the threads left are for the others
    std::atomic<bool> stopping{false};
};

/// One HTTP request and its response, on a thread of the server: Streamable HTTP of MCP, in both eras. A request that
/// has its answer at once gets JSON; one that reports something first, or takes its time, a stream of events.
class HttpExchange {
  public:
    HttpExchange(HttpContext& context, Poco::Net::HTTPServerRequestImpl& request,
                 Poco::Net::HTTPServerResponse& response)
        : _context(context), _request(request), _response(response) {}

    void run();

  private:
    using PeerPtr = HttpSessions::PeerPtr;

    void post();
    void listen();
    void close();
    void modern(const mcp::RpcMessage& message, std::string body);
    void legacy(const std::optional<mcp::RpcMessage>& message, std::string body);
    void begin(std::string body);
    PeerPtr session();
    void exchange(HttpPeer& peer, const mcp::RpcMessage& message, std::string body, bool isModern);
    void ask(HttpPeer& peer, const std::string& request, std::string body, bool isModern);
    void follow(HttpPeer& peer, const std::string& request, bool isModern);
    bool follow(HttpPeer& peer, const std::string& request, std::ostream& events);
    std::optional<std::string> body();
    bool hasGone();
    std::ostream& startStream();
    void answer(const mcp::ToClient& message, bool isModern);
    void refuse(const HttpRefusal& refusal);

    HttpContext& _context;
    Poco::Net::HTTPServerRequestImpl& _request;
    Poco::Net::HTTPServerResponse& _response;
    HttpHead _head;
};

}  // namespace aip::mcp_server
