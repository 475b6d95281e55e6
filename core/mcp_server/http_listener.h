#pragma once

#include "base/descriptor.h"
#include "mcp_server/tally.h"
#include "mcp_server/timed_socket.h"
#include "mcp_server/turned_away.h"

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/ServerSocketImpl.h>

#include <functional>

namespace aip::mcp_server {

/// Listens for a server of POCO, whose connections become TimedSockets and are not inherited by children. While the
/// server is full, those that come get 503 with Retry-After: POCO would close them without a word. poll() and
/// acceptConnection() are for the thread that accepts.
class HttpListener final : public Poco::Net::ServerSocketImpl {
  public:
    /// `isFull` is asked by poll().
    HttpListener(const HttpTimes& times, std::function<bool()> isFull);

    /// Whether there is a connection that the server may accept.
    bool poll(const Poco::Timespan& timeout, int mode) override;
    Poco::Net::SocketImpl* acceptConnection(Poco::Net::SocketAddress& client) override;

  private:
    base::Descriptor accept();
    void turnAway();

    const HttpTimes _times;
    const std::function<bool()> _isFull;
    TurnedAway _turnedAway;
    Tally _tally;
};

/// A socket that listens there. Throws Poco::Exception.
Poco::Net::ServerSocket listenAt(const Poco::Net::SocketAddress& address, const HttpTimes& times,
                                 std::function<bool()> isFull);

}  // namespace aip::mcp_server
