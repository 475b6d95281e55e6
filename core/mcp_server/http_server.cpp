#include "mcp_server/http_server.h"

#include "base/log.h"
#include "mcp_server/http_exchange.h"
#include "mcp_server/http_listener.h"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/ThreadPool.h>

#include <chrono>
#include <utility>

namespace aip::mcp_server {
namespace {

using namespace Poco::Net;

constexpr std::chrono::seconds answerTime{1};  ///< at a stop, for answers to requests that have none

Poco::Timespan spanOf(std::chrono::microseconds time) {
    return {time.count()};
}

class Handler : public HTTPRequestHandler {
  public:
    explicit Handler(HttpContext& context) : _context(context) {}

    void handleRequest(HTTPServerRequest& request, HTTPServerResponse& response) override {
        try {
            HttpExchange(_context, dynamic_cast<HTTPServerRequestImpl&>(request), response).run();
        } catch (const Poco::Exception& failure) {
            base::log::debug("mcp: an HTTP exchange has failed: {}", failure.displayText());
            response.setKeepAlive(false);
        } catch (const std::exception& failure) {
            base::log::warn("mcp: an HTTP exchange has failed: {}", failure.what());
            response.setKeepAlive(false);  // what is left of its body is no request
        }
    }

  private:
    HttpContext& _context;
};

class Factory : public HTTPRequestHandlerFactory {
  public:
    explicit Factory(HttpContext& context) : _context(context) {}

    HTTPRequestHandler* createRequestHandler(const HTTPServerRequest& /*request*/) override {
        return new Handler(_context);
    }

  private:
    HttpContext& _context;
};

HTTPServerParams::Ptr parameters(const HttpTimes& times) {
    HTTPServerParams::Ptr params = new HTTPServerParams;
    params->setMaxThreads(HttpServer::mostThreads);
    params->setMaxQueued(HttpServer::mostWaiting);
    params->setTimeout(spanOf(times.silence));
    params->setKeepAliveTimeout(spanOf(times.keepAlive));
    return params;
}

class PocoServer final : public HttpServer {
  public:
    PocoServer(execution::Dispatcher& dispatcher, OfferedTools& offered, HttpServerSettings settings)
        : _sessions(dispatcher, offered, std::move(settings.info), settings.limits),
          _context{std::move(settings.rules), settings.longestBody, _sessions},
          _socket(listenAt(SocketAddress(settings.address, settings.port), settings.times,
                           [this] { return _server.queuedConnections() >= mostWaiting; })),
          _server(new Factory(_context), _threads, _socket, parameters(settings.times)) {
        _server.start();
    }
    ~PocoServer() override { stop(); }

    std::uint16_t port() const override { return _socket.address().port(); }
    void toolsChanged() override { _sessions.toolsChanged(); }
    void stop() override {
        _context.stopping = true;
        _server.stop();
        const auto limit = std::chrono::steady_clock::now() + answerTime;
        _context.asking.waitUntil(
            limit, [](int asking) { return asking == 0; }, [](int /*asking*/) {});
        _server.stopAll(true);
        _sessions.cancelAll("the agent stops");
        _threads.joinAll();
    }

  private:
    HttpSessions _sessions;
    HttpContext _context;
    ServerSocket _socket;
    Poco::ThreadPool _threads{2, mostThreads + 1};  ///< and one that accepts
    HTTPServer _server;
};

}  // namespace

base::Result<std::unique_ptr<HttpServer>> HttpServer::start(execution::Dispatcher& dispatcher, OfferedTools& offered,
                                                            HttpServerSettings settings) {
    const std::string where = settings.address + ":" + std::to_string(settings.port);
    try {
        return std::unique_ptr<HttpServer>(std::make_unique<PocoServer>(dispatcher, offered, std::move(settings)));
    } catch (const Poco::Exception& failure) {
        return base::Error(base::Code::unavailable, "cannot listen on " + where + ": " + failure.displayText());
    }
}

}  // namespace aip::mcp_server
