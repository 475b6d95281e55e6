#pragma once

#include "connection.h"
#include "hub.h"
#include "routes.h"
#include "scenario.h"
#include "tasks.h"

#include <Poco/Net/HTTPServer.h>
#include <Poco/ThreadPool.h>

#include <cstdint>
#include <string>

namespace aip::server {

struct ServerSettings {
    std::string bind = "127.0.0.1";
    std::uint16_t port = 0;  ///< 0: any free one
    std::string key;
    WireSettings wire = {};
    Scenario scenario = {};
};

/// A listening Agent Server: WebSocket at /ws?token=KEY, REST under /api with X-API-Key: KEY.
class Server {
  public:
    /// Listens and serves from here on. Throws Poco::Exception if it cannot bind to the address.
    explicit Server(const ServerSettings& settings);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// "127.0.0.1:43210"
    std::string address() const { return _socket.address().toString(); }
    std::uint16_t port() const { return _socket.address().port(); }

    /// Closes every WebSocket with 1012, ends every wait and joins every thread. At most about two seconds.
    void stop();

  private:
    Hub _hub;
    Tasks _tasks;
    Routes _routes;
    Connections _connections;
    Poco::ThreadPool _threads;
    Poco::Net::ServerSocket _socket;
    Poco::Net::HTTPServer _http;
    bool _stopped = false;
};

}  // namespace aip::server
