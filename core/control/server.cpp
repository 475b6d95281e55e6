#include "control/server.h"

#include "control/exchange.h"
#include "control/reception.h"

#include <Poco/Exception.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/SocketImpl.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

namespace aip::control {
namespace {

using Poco::Net::ServerSocket;
using Poco::Net::SocketAddress;

constexpr int backlog = 128;

ServerSocket bound(const std::string& path) {
    ServerSocket socket;
    socket.bind(SocketAddress(SocketAddress::UNIX_LOCAL, path), false, false);
    socket.setBlocking(false);
    return socket;
}

class SocketServer final : public Server {
  public:
    SocketServer(const SocketSettings& settings, ServerSocket socket, Api& api)
        : _path(settings.path),
          _context{api, settings.answerLimit},
          _socket(std::move(socket)),
          _reception(
              _socket.impl()->sockfd(),
              {.name = "aip-operators",
               .requestLimit = settings.requestLimit,
               .answerLimit = settings.answerLimit,
               .longestBody = longestBody,
               .threads = mostThreads,
               .mostQueued = mostQueued,
               .mostRequestBytes = settings.mostRequestBytes},
              [this](const auto& connection, auto& request) { return Exchange(_context, connection, request).run(); },
              [&api](auto& request, const auto& why) { return api.refuse(request.takeRequest(), why); }) {}
    ~SocketServer() override { SocketServer::stop(); }

    void stop() override {
        if (!_context.stopping.exchange(true)) {
            std::error_code failed;
            std::filesystem::remove(_path, failed);
            _context.streams.with([](const auto& all) { std::ranges::for_each(all, shutDown); });
            _reception.stop();
        }
    }

  private:
    const std::string _path;
    ExchangeContext _context;
    const ServerSocket _socket;
    Reception _reception;
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
        socket.listen(backlog);
        return std::unique_ptr<Server>(std::make_unique<SocketServer>(settings, std::move(socket), api));
    } catch (const Poco::Exception& failure) {
        return base::Error(base::Code::unavailable, "cannot listen at " + settings.path + ": " + failure.displayText());
    } catch (const std::system_error& failure) {
        return base::Error(base::Code::unavailable, "cannot serve " + settings.path + ": " + failure.what());
    }
}

}  // namespace aip::control
