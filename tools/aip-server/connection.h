#pragma once

#include <Poco/Net/WebSocket.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

namespace aip::server {

/// What goes on on the wire, whatever is said there.
struct WireSettings {
    std::chrono::milliseconds pingInterval{20'000};
    std::chrono::milliseconds pongTimeout{20'000};
    std::chrono::milliseconds closeTimeout{1'000};
    std::size_t maxMessageBytes = 100UL * 1024 * 1024;
};

/// One WebSocket: puts messages together from their fragments, answers and sends pings, keeps the size limit, closes
/// by handshake. One thread serves it; any thread may send or close.
class Connection {
  public:
    /// Called on the serving thread.
    class Listener {
      public:
        virtual ~Listener() = default;
        /// One whole text message, with base::jsonPadding bytes reserved after its end.
        virtual void onText(std::string message) = 0;
        virtual void onBinary() = 0;
    };

    Connection(const Poco::Net::WebSocket& socket, const WireSettings& settings);

    /// Returns when the connection has ended.
    void serve(Listener& listener);

    /// False if the connection is closing or lost.
    bool send(std::string_view text);

    /// Starts the closing handshake; serve() returns when the other side answers or closeTimeout has passed.
    void close(std::uint16_t code);

    /// Cuts the connection; serve() returns at once.
    void abort();

    /// Why and how it ended, for the log. Set when serve() has returned.
    const std::string& ending() const { return _ending; }

  private:
    using TimePoint = std::chrono::steady_clock::time_point;

    bool readable();
    void readFrame(Listener& listener);
    void handleData(int flags, std::string_view payload, Listener& listener);
    void answerClose(std::string_view payload);
    void watch();
    bool sendFrame(std::string_view payload, int flags);
    void drain();
    void end(std::string reason);

    WireSettings _settings;
    std::timed_mutex _sending;
    Poco::Net::WebSocket _socket;
    std::atomic<bool> _closing{false};
    std::atomic<TimePoint> _closeDeadline{TimePoint::max()};
    std::string _message;
    int _messageOpcode = 0;
    TimePoint _nextPing = TimePoint::max();
    TimePoint _pongDeadline = TimePoint::max();
    bool _ended = false;
    std::string _ending;
};

/// The connections that are being served, so that all can be closed when the server stops.
class Connections {
  public:
    /// False once closeAll() was called.
    bool add(std::shared_ptr<Connection> connection);
    void remove(const std::shared_ptr<Connection>& connection);

    /// Closes each with `code`, cuts what has not answered within `limit`, and waits until the last one was removed.
    void closeAll(std::uint16_t code, std::chrono::milliseconds limit);

  private:
    std::set<std::shared_ptr<Connection>> snapshot();

    std::mutex _mutex;
    std::condition_variable _changed;
    std::set<std::shared_ptr<Connection>> _open;
    bool _stopped = false;
};

}  // namespace aip::server
