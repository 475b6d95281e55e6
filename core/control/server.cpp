#include "control/server.h"

#include "base/log.h"
#include "control/exchange.h"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/ThreadPool.h>

#include <exception>
#include <filesystem>
#include <system_error>
#include <utility>

namespace aip::control {
namespace {

using namespace Poco::Net;

constexpr int waitingConnections = 16;
constexpr int requestTimeout = 10;  ///< seconds, for the next bytes of a request

class Handler : public HTTPRequestHandler {
  public:
    explicit Handler(ExchangeContext& context) : _context(context) {}

    void handleRequest(HTTPServerRequest& request, HTTPServerResponse& response) override {
        try {
            Exchange(_context, dynamic_cast<HTTPServerRequestImpl&>(request), response).run();
        } catch (const Poco::Exception& failure) {
            base::log::debug("operator: an exchange has failed: {}", failure.displayText());
        } catch (const std::exception& failure) {
            base::log::warn("operator: an exchange has failed: {}", failure.what());
        }
    }

  private:
    ExchangeContext& _context;
};

class Factory : public HTTPRequestHandlerFactory {
  public:
    explicit Factory(ExchangeContext& context) : _context(context) {}

    HTTPRequestHandler* createRequestHandler(const HTTPServerRequest& /*request*/) override {
        return new Handler(_context);
    }

  private:
    ExchangeContext& _context;
};

HTTPServerParams::Ptr parameters() {
    HTTPServerParams::Ptr params = new HTTPServerParams;
    params->setMaxThreads(Server::mostThreads);
    params->setMaxQueued(waitingConnections);
    params->setTimeout(Poco::Timespan(requestTimeout, 0));
    params->setKeepAlive(false);  // an idle connection would hold a thread
    return params;
}

ServerSocket bound(const std::string& path) {
    ServerSocket socket;
    socket.bind(SocketAddress(SocketAddress::UNIX_LOCAL, path), false, false);
    return socket;
}

class PocoServer final : public Server {
  public:
    PocoServer(const SocketSettings& settings, ServerSocket& socket, Api& api)
        : _path(settings.path),
          _context{api, settings.answerLimit},
          _server(new Factory(_context), _threads, socket, parameters()) {
        _server.start();
    }
    ~PocoServer() override { PocoServer::stop(); }

    void stop() override {
        if (!_context.stopping.exchange(true)) {
            std::error_code failed;
            std::filesystem::remove(_path, failed);
            _server.stopAll(true);
            _threads.joinAll();
        }
    }

  private:
    const std::string _path;
    ExchangeContext _context;
    Poco::ThreadPool _threads{2, mostThreads + 1};  ///< and one that accepts
    HTTPServer _server;
};

}  // namespace

base::Result<std::unique_ptr<Server>> Server::start(const SocketSettings& settings, Api& api) {
    if (auto free = makeWay(settings); !free) {
        return std::move(free).error();
    }
    try {
        auto socket = bound(settings.path);
        if (auto restricted = restrict(settings); !restricted) {
            return std::move(restricted).error();
        }
        socket.listen(waitingConnections);
        return std::unique_ptr<Server>(std::make_unique<PocoServer>(settings, socket, api));
    } catch (const Poco::Exception& failure) {
        return base::Error(base::Code::unavailable, "cannot listen at " + settings.path + ": " + failure.displayText());
    }
}

}  // namespace aip::control
