#include "server.h"

#include "conversation.h"
#include "log.h"

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/WebSocket.h>
#include <Poco/String.h>
#include <Poco/URI.h>

#include <array>
#include <memory>

namespace aip::server {
namespace {

using Poco::Net::HTTPResponse;
using Poco::Net::HTTPServerRequest;
using Poco::Net::HTTPServerResponse;

constexpr int maxThreads = 1024;
constexpr std::chrono::milliseconds stopTimeout{1'000};
constexpr std::uint16_t serviceRestart = 1012;

/// What a handler needs of the server, and its settings.
struct Context {
    ServerSettings settings;
    Hub& hub;
    Tasks& tasks;
    const Routes& routes;
    Connections& connections;
};

/// Takes the same time wherever the texts differ.
bool sameKey(std::string_view given, std::string_view key) {
    unsigned difference = given.size() == key.size() ? 0 : 1;
    for (std::size_t i = 0; i < given.size(); ++i) {
        difference |= static_cast<unsigned char>(given[i]) ^ static_cast<unsigned char>(key[i % key.size()]);
    }
    return difference == 0;
}

void reply(HTTPServerResponse& response, const RestResponse& answer) {
    response.setStatusAndReason(static_cast<HTTPResponse::HTTPStatus>(answer.status));
    response.setContentType("application/json");
    response.sendBuffer(answer.body.data(), answer.body.size());
}

class WebSocketHandler final : public Poco::Net::HTTPRequestHandler {
  public:
    explicit WebSocketHandler(const Context& context) : _context(context) {}

    void handleRequest(HTTPServerRequest& request, HTTPServerResponse& response) override {
        if (!admitted(request)) {
            base::log::warn("upgrade refused peer={} status=403", request.clientAddress().toString());
            return refuse(response, HTTPResponse::HTTP_FORBIDDEN);
        }
        const std::string peer = request.clientAddress().toString();
        try {
            serve(std::make_shared<Connection>(Poco::Net::WebSocket(request, response), _context.settings.wire), peer);
        } catch (const Poco::Net::WebSocketException& error) {
            base::log::warn("upgrade refused peer={} reason={}", peer, inQuotes(error.displayText()));
            refuse(response, HTTPResponse::HTTP_BAD_REQUEST);
        }
    }

  private:
    bool admitted(const HTTPServerRequest& request) const {
        const Poco::URI uri(request.getURI());
        if (uri.getPath() != "/ws") {
            return false;
        }
        for (const auto& [name, value] : uri.getQueryParameters()) {
            if (name == "token") {
                return sameKey(value, _context.settings.key);
            }
        }
        return false;
    }

    static void refuse(HTTPServerResponse& response, HTTPResponse::HTTPStatus status) {
        response.setStatusAndReason(status);
        response.setContentType("text/plain");
        response.setContentLength(0);
        response.setKeepAlive(false);
        response.send();
    }

    void serve(const std::shared_ptr<Connection>& connection, const std::string& peer) {
        if (!_context.connections.add(connection)) {
            return connection->close(serviceRestart);
        }
        base::log::info("connection opened peer={}", peer);
        Conversation conversation(_context.hub, _context.tasks, connection);
        connection->serve(conversation);
        conversation.onEnd();
        base::log::info("connection ended peer={} how={}", peer, inQuotes(connection->ending()));
        _context.connections.remove(connection);
    }

    const Context& _context;
};

class RestHandler final : public Poco::Net::HTTPRequestHandler {
  public:
    explicit RestHandler(const Context& context) : _context(context) {}

    void handleRequest(HTTPServerRequest& request, HTTPServerResponse& response) override {
        const RestResponse answer = answerTo(request);
        if (!request.stream().eof()) {
            response.setKeepAlive(false);  // what was not read must not pass for the next request
        }
        base::log::line(answer.status < 500 ? base::log::Level::debug : base::log::Level::warn,
                        "rest method={} path={} status={}", inQuotes(request.getMethod()),
                        inQuotes(Poco::URI(request.getURI()).getPath()), answer.status);
        reply(response, answer);
    }

  private:
    RestResponse answerTo(HTTPServerRequest& request) const {
        const std::string path = Poco::URI(request.getURI()).getPath();
        if (!path.starts_with("/api/")) {
            return restError(404, "Not Found");
        }
        if (!sameKey(request.get("X-API-Key", ""), _context.settings.key)) {
            return restError(401, "Invalid or missing API key");
        }
        auto body = read(request.stream());
        return body ? _context.routes.answer({request.getMethod(), path, std::move(*body)})
                    : restError(413, "the body is larger than a message may be");
    }

    std::optional<std::string> read(std::istream& stream) const {
        std::string body;
        std::array<char, 65536> piece;
        while (stream.read(piece.data(), piece.size()) || stream.gcount() > 0) {
            body.append(piece.data(), static_cast<std::size_t>(stream.gcount()));
            if (body.size() > _context.settings.wire.maxMessageBytes) {
                return std::nullopt;
            }
        }
        return body;
    }

    const Context& _context;
};

class BadRequestHandler final : public Poco::Net::HTTPRequestHandler {
  public:
    void handleRequest(HTTPServerRequest& /*request*/, HTTPServerResponse& response) override {
        response.setKeepAlive(false);
        reply(response, restError(400, "the request target is not valid"));
    }
};

class HandlerFactory final : public Poco::Net::HTTPRequestHandlerFactory {
  public:
    explicit HandlerFactory(Context context) : _context(std::move(context)) {}

    Poco::Net::HTTPRequestHandler* createRequestHandler(const HTTPServerRequest& request) override {
        try {
            const Poco::URI uri(request.getURI());
            static_cast<void>(uri.getQueryParameters());
        } catch (const Poco::Exception&) {
            return new BadRequestHandler;
        }
        if (Poco::icompare(request.get("Upgrade", ""), "websocket") == 0) {
            return new WebSocketHandler(_context);
        }
        return new RestHandler(_context);
    }

  private:
    const Context _context;
};

Poco::Net::ServerSocket listenAt(const std::string& host, std::uint16_t port) {
    Poco::Net::ServerSocket socket;
    socket.bind(Poco::Net::SocketAddress(host, port), true, false);
    socket.listen(SOMAXCONN);
    return socket;
}

Poco::Net::HTTPServerParams::Ptr parameters() {
    Poco::Net::HTTPServerParams::Ptr params = new Poco::Net::HTTPServerParams;
    params->setMaxThreads(maxThreads);
    params->setMaxQueued(maxThreads);
    params->setThreadIdleTime(Poco::Timespan(0, 100'000));  // a thread that waits for work sees the stop only then
    return params;
}

}  // namespace

Server::Server(const ServerSettings& settings)
    : _tasks(_hub, settings.scenario),
      _routes(_hub, _tasks),
      _threads("aip-server", 2, maxThreads),
      _socket(listenAt(settings.bind, settings.port)),
      _http(new HandlerFactory({settings, _hub, _tasks, _routes, _connections}), _threads, _socket, parameters()) {
    _http.start();
}

Server::~Server() {
    stop();
}

void Server::stop() {
    if (std::exchange(_stopped, true)) {
        return;
    }
    _http.stop();
    _hub.stop();
    _connections.closeAll(serviceRestart, stopTimeout);
    _http.stopAll(true);
    _tasks.join();
    _threads.joinAll();
}

}  // namespace aip::server
