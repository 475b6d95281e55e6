#include "control/server.h"

#include "base/log.h"
#include "control/exchange.h"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServerConnection.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerResponseImpl.h>
#include <Poco/Net/HTTPServerSession.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/TCPServer.h>
#include <Poco/Net/TCPServerConnectionFactory.h>
#include <Poco/SharedPtr.h>
#include <Poco/ThreadPool.h>
#include <Poco/Timestamp.h>

#include <chrono>
#include <exception>
#include <filesystem>
#include <system_error>
#include <utility>

namespace aip::control {
namespace {

using namespace Poco::Net;

constexpr int waitingConnections = 16;

Poco::Timespan spanOf(std::chrono::microseconds time) {
    return {time.count()};
}

/// What POCO's connections listen to for the end of the server. Ours handle their requests themselves.
class EndOfServer : public HTTPRequestHandlerFactory {
  public:
    HTTPRequestHandler* createRequestHandler(const HTTPServerRequest& /*request*/) override { return nullptr; }

    /// Shuts all connections down.
    void tell() {
        const bool abort = true;
        serverStopped(this, abort);
    }
};
using EndPtr = Poco::SharedPtr<EndOfServer>;

/// One request: POCO's own would hide that one has not come as a whole.
class Connection : public HTTPServerConnection {
  public:
    Connection(const StreamSocket& socket, HTTPServerParams::Ptr params, const EndPtr& end, ExchangeContext& context)
        : HTTPServerConnection(socket, params, end), _params(std::move(params)), _context(context) {}

    void run() override {
        try {
            exchange();
        } catch (const Poco::Exception& failure) {
            base::log::debug("operator: an exchange has failed: {}", failure.displayText());
        } catch (const std::exception& failure) {
            base::log::warn("operator: an exchange has failed: {}", failure.what());
        }
    }

  private:
    void exchange() {
        HTTPServerSession session(socket(), _params);
        socket().setReceiveTimeout(spanOf(_context.silenceLimit));
        socket().setSendTimeout(spanOf(_context.answerLimit));  // POCO sets none
        HTTPServerResponseImpl response(session);
        response.setVersion(HTTPMessage::HTTP_1_1);
        response.setDate(Poco::Timestamp());
        response.setKeepAlive(false);  // an idle connection would hold a thread
        Exchange(_context, socket(), response).run();
    }

    const HTTPServerParams::Ptr _params;
    ExchangeContext& _context;
};

class Factory : public TCPServerConnectionFactory {
  public:
    Factory(HTTPServerParams::Ptr params, EndPtr end, ExchangeContext& context)
        : _params(std::move(params)), _end(std::move(end)), _context(context) {}

    TCPServerConnection* createConnection(const StreamSocket& socket) override {
        return new Connection(socket, _params, _end, _context);
    }

  private:
    const HTTPServerParams::Ptr _params;
    const EndPtr _end;
    ExchangeContext& _context;
};

HTTPServerParams::Ptr parameters() {
    HTTPServerParams::Ptr params = new HTTPServerParams;
    params->setMaxThreads(Server::mostThreads);
    params->setMaxQueued(waitingConnections);
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
          _context{api, settings.answerLimit, settings.silenceLimit},
          _server(new Factory(_params, _end, _context), _threads, socket, _params) {
        _server.start();
    }
    ~PocoServer() override { PocoServer::stop(); }

    void stop() override {
        if (!_context.stopping.exchange(true)) {
            std::error_code failed;
            std::filesystem::remove(_path, failed);
            _server.stop();
            _end->tell();
            _threads.joinAll();
        }
    }

  private:
    const std::string _path;
    ExchangeContext _context;
    const HTTPServerParams::Ptr _params = parameters();
    EndPtr _end = new EndOfServer;
    Poco::ThreadPool _threads{2, mostThreads + 1};  ///< and one that accepts
    TCPServer _server;
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
