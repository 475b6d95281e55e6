#pragma once

#include "base/byte_budget.h"
#include "base/guarded.h"
#include "http/announced_body.h"
#include "mcp_server/http_rules.h"
#include "mcp_server/http_sessions.h"
#include "mcp_server/timed_socket.h"

#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/Net/HTTPServerResponse.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>

namespace aip::mcp_server {

/// What the exchanges of a server share. Outlives them.
struct HttpContext {
    const HttpRules rules;
    const std::size_t longestBody;
    HttpSessions& sessions;
    execution::Places streams{16};  ///< of exchanges that may last for ever
    execution::Places calls{64};    ///< of those that wait for a tool; the threads left are for all others
    base::Guarded<int> asking{0};   ///< exchanges whose request has no answer yet
    const std::shared_ptr<base::ByteBudget> bytes = std::make_shared<base::ByteBudget>(256UL << 20U);  ///< of bodies
    std::atomic<bool> stopping{false};  ///< requests without an answer get an error
};

/// One HTTP request and its response, on a thread of the server: Streamable HTTP of MCP, in both eras. A request that
/// has its answer at once gets JSON; one that reports something first, or takes its time, a stream of events. One
/// that has closed its sending half has gone. A request that has not come as a whole is refused. The connection is a
/// TimedSocket.
class HttpExchange {
  public:
    HttpExchange(HttpContext& context, Poco::Net::HTTPServerRequestImpl& request,
                 Poco::Net::HTTPServerResponse& response)
        : _context(context), _request(request), _response(response) {}

    void run();

  private:
    using PeerPtr = HttpSessions::PeerPtr;
    using Clock = std::chrono::steady_clock;
    using Text = HttpPeer::Text;
    using Waiting = HttpPeer::Waiting;

    void handle();
    void post(const http::AnnouncedBody& announced);
    void listen();
    void close();
    std::optional<HttpRefusal> mismatch(const mcp::RpcMessage& message) const;
    void modern(const mcp::RpcMessage& message, Text body);
    void legacy(const std::optional<mcp::RpcMessage>& message, Text body);
    void begin(const mcp::RpcMessage& message, Text body);
    PeerPtr session();
    void exchange(HttpPeer& peer, const mcp::RpcMessage& message, Text body, bool isModern);
    void ask(HttpPeer& peer, const mcp::RpcMessage& message, Text body, bool isModern);
    void follow(Waiting& waiting, bool isModern);
    void follow(Waiting& waiting, std::ostream& events);
    base::Result<Text, HttpRefusal> body(const http::AnnouncedBody& announced);
    ClientMessage fromClient(Text body) const;
    TimedSocket& socket() const;
    bool hasGone();
    std::ostream& startStream();
    void answer(const mcp::ToClient& message, bool isModern);
    mcp::ToClient stopped() const;
    void refuse(const HttpRefusal& refusal);

    HttpContext& _context;
    Poco::Net::HTTPServerRequestImpl& _request;
    Poco::Net::HTTPServerResponse& _response;
    HttpHead _head;
    bool _mayStillSend = true;  ///< the request is not read to its end
    std::string _asked;         ///< the id of the request as JSON; empty: it is none, or not asked yet
    bool _succeeded = false;    ///< the answer was no error
};

}  // namespace aip::mcp_server
