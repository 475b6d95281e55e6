#pragma once

#include "tests/support/door.h"
#include "tests/support/websocket_peer.h"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace aip::tests {

/// An Agent Server in a few lines, for one device: accepts its registration, acknowledges its heartbeats, answers its
/// pings, counts its answers. A registration ends the connections that were there before it. Threads of its own; the
/// functions may be called from any.
class AgentServer {
  public:
    using TimePoint = std::chrono::steady_clock::time_point;

    struct Seen {
        std::size_t connections = 0;  ///< that are open, or whose thread still runs
        std::size_t registrations = 0;
        std::size_t refusals = 0;
        std::size_t heartbeats = 0;
        TimePoint registered;                ///< the last time
        TimePoint opened;                    ///< the end of the last restart
        std::map<std::string, int> answers;  ///< by prev_response_id
    };

    AgentServer();
    /// Ends all connections.
    ~AgentServer();
    AgentServer(const AgentServer&) = delete;
    AgentServer& operator=(const AgentServer&) = delete;

    std::uint16_t port() const { return _port; }

    /// Closes all connections with 1012, refuses new ones for so long, then takes them again. Does not wait.
    void restart(std::chrono::milliseconds downFor);

    /// From now on: is the client_id of the device taken?
    void setOccupied(bool occupied);

    /// To the device, as it registered last; false if it has not, or if that connection is gone.
    bool send(std::string_view text);

    /// Blocks until `there` is true; false if the time is over first.
    bool waitFor(const std::function<bool(const Seen&)>& there, std::chrono::milliseconds time = limit) const;
    Seen seen() const;

  private:
    struct Connection {
        explicit Connection(int socket) : peer(socket) {}
        WebSocketPeer peer;
        std::mutex sending;
        std::thread thread;
        bool over = false;
    };
    using ConnectionPtr = std::shared_ptr<Connection>;

    void acceptAll(const std::stop_token& stop);
    void endRestart();
    void begin(int socket);
    void serve(Connection& connection);
    void hear(Connection& connection, const std::string& text);
    void registered(Connection& connection);
    void ended(Connection& connection);
    void joinEnded();
    static std::string receiveText(Connection& connection);
    static bool sendTo(Connection& connection, std::string_view bytes);

    Door _door;
    const std::uint16_t _port;
    const int _wake;
    mutable std::mutex _mutex;
    mutable std::condition_variable _changed;
    Seen _seen;
    std::list<ConnectionPtr> _connections;
    ConnectionPtr _device;
    bool _occupied = false;
    TimePoint _downUntil{};
    std::jthread _thread;  ///< last: it uses the rest
};

}  // namespace aip::tests
