#include "base/log.h"
#include "mcp/rpc.h"
#include "mcp_server/http_listener.h"
#include "mcp_server/http_rules.h"

#include <Poco/Net/SocketAddress.h>

#include <chrono>
#include <string>
#include <utility>

#include <poll.h>
#include <sys/socket.h>

namespace aip::mcp_server {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int backlog = 64;
constexpr int pauseAfterFailure = 100;  ///< ms: what the system is short of does not come back at once
constexpr std::chrono::seconds logInterval{60};

std::string answerOfAFullServer() {
    const std::string body = mcp::rpcError("null", mcp::RpcCode::busy, "too many connections");
    return "HTTP/1.1 503 Service Unavailable\r\nRetry-After: " + std::to_string(retryAfterSeconds) +
           "\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

/// POCO lets nobody but its own classes give a ServerSocket another implementation.
class ListeningSocket final : public Poco::Net::ServerSocket {
  public:
    explicit ListeningSocket(Poco::Net::SocketImpl* listener) : ServerSocket(listener, true) {}
};

}  // namespace

HttpListener::HttpListener(const HttpTimes& times, std::function<bool()> isFull)
    : _times(times), _isFull(std::move(isFull)), _tally(logInterval) {}

bool HttpListener::poll(const Poco::Timespan& timeout, int mode) {
    _turnedAway.sweep(Clock::now());
    if (!ServerSocketImpl::poll(timeout, mode)) {
        return false;
    }
    if (!_isFull()) {
        return true;
    }
    turnAway();
    return false;
}

void HttpListener::turnAway() {
    auto connection = accept();
    if (!connection) {
        return;
    }
    const auto now = Clock::now();
    _turnedAway.add(std::move(connection), answerOfAFullServer(), now);
    if (const auto count = _tally.add(now)) {
        base::log::warn("mcp: {} connection(s) turned away with HTTP 503: too many clients at the same time", *count);
    }
}

base::Descriptor HttpListener::accept() {
    base::Descriptor connection(::accept4(sockfd(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!connection) {
        ::poll(nullptr, 0, pauseAfterFailure);
    }
    return connection;
}

Poco::Net::SocketImpl* HttpListener::acceptConnection(Poco::Net::SocketAddress& /*client*/) {
    auto connection = accept();
    if (!connection) {
        error("no connection can be accepted");
    }
    return new TimedSocket(connection.release(), _times);
}

/// The port is ours alone: SO_REUSEPORT, which POCO sets otherwise, would share it with other processes of the user.
Poco::Net::ServerSocket listenAt(const Poco::Net::SocketAddress& address, const HttpTimes& times,
                                 std::function<bool()> isFull) {
    ListeningSocket socket(new HttpListener(times, std::move(isFull)));
    socket.bind(address, true, false);
    socket.listen(backlog);
    return socket;
}

}  // namespace aip::mcp_server
