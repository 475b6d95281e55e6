#pragma once

#include "base/error.h"
#include "mcp_server/http_rules.h"
#include "mcp_server/http_sessions.h"
#include "mcp_server/http_times.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace aip::mcp_server {

struct HttpServerSettings {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;  ///< 0: any
    HttpRules rules{};
    mcp::ServerInfo info{};
    ClientLimits limits{};
    std::size_t longestBody = 100UL << 20U;
    HttpTimes times{};
};

/// Serves MCP clients over HTTP: a thread for each connection, 96 at most, of which streams and calls leave 16 free.
/// 64 more wait for a thread; what comes then gets 503. No client holds a thread longer than its times allow.
class HttpServer {
  public:
    static constexpr int mostThreads = 96;
    static constexpr int mostWaiting = 64;

    /// UNAVAILABLE if it cannot listen. What is passed by reference outlives it.
    static base::Result<std::unique_ptr<HttpServer>> start(execution::Dispatcher& dispatcher, OfferedTools& offered,
                                                           HttpServerSettings settings);
    virtual ~HttpServer() = default;

    virtual std::uint16_t port() const = 0;

    /// To be called when there may be other tools. Any thread.
    virtual void toolsChanged() = 0;

    /// Takes no new requests, answers those that have no answer with an error, which takes 1 s at most, and cancels all
    /// calls. Returns when the last exchange is over.
    virtual void stop() = 0;
};

}  // namespace aip::mcp_server
