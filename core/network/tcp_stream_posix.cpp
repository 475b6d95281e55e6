#include "base/descriptor.h"
#include "base/shortage.h"
#include "network/socket_address_posix.h"
#include "network/tcp_stream.h"

#include <Poco/Exception.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/Net/StreamSocketImpl.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include <sys/socket.h>

namespace aip::network {
namespace {

/// For the words about a connection that could not be made.
Obstacle obstacleOfErrno(int error) {
    if (base::isShortage(error)) {
        return Obstacle::shortage;
    }
    switch (error) {
        case ECONNRESET:
        case EPIPE:
        case ECONNABORTED:
            return Obstacle::cut;
        case ENETUNREACH:
        case EHOSTUNREACH:
        case ENETDOWN:
            return Obstacle::noRoute;
        case ECONNREFUSED:
            return Obstacle::refused;
        case ETIMEDOUT:
            return Obstacle::silence;
        default:
            return Obstacle::unknown;
    }
}

/// POCO would let children inherit it, and setting that right later leaves a gap in which another thread may fork.
base::Descriptor unconnected(int family) {
    return base::Descriptor(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

class TcpStream final : public Stream {
  public:
    TcpStream(base::Descriptor socket, const SocketAddress& address)
        : _socket(new Poco::Net::StreamSocketImpl(socket.release())) {
        _socket.connectNB(Poco::Net::SocketAddress(address.get(), address.size));
        _socket.setNoDelay(true);
    }

    int descriptor() const override { return _socket.impl()->sockfd(); }

    IoStep connect() override {
        if (const int error = _socket.impl()->socketError(); error != 0) {
            return fail(error);
        }
        sockaddr_storage peer{};
        socklen_t size = sizeof peer;
        const bool connected = ::getpeername(descriptor(), reinterpret_cast<sockaddr*>(&peer), &size) == 0;
        return {connected ? Progress::done : Progress::wantsWrite};
    }

    // POCO's sendBytes() throws when the socket takes nothing: an exception for each turn of a large message.
    IoStep read(std::span<char> space) override {
        return moved(::recv(descriptor(), space.data(), space.size(), 0), Progress::wantsRead);
    }

    IoStep write(std::string_view bytes) override {
        return moved(::send(descriptor(), bytes.data(), bytes.size(), MSG_NOSIGNAL), Progress::wantsWrite);
    }

    bool buffered() const override { return false; }
    const std::string& error() const override { return _error; }
    Obstacle obstacle() const override { return _obstacle; }

  private:
    IoStep moved(ssize_t bytes, Progress wants) {
        if (bytes > 0) {
            return {Progress::done, static_cast<std::size_t>(bytes)};
        }
        if (bytes == 0) {
            return {Progress::ended};
        }
        return errno == EAGAIN || errno == EINTR ? IoStep{wants} : fail(errno);
    }

    IoStep fail(int error) {
        _error = std::system_category().message(error);
        _obstacle = obstacleOfErrno(error);
        return {Progress::failed};
    }

    Poco::Net::StreamSocket _socket;
    std::string _error;
    Obstacle _obstacle = Obstacle::unknown;
};

}  // namespace

base::Result<std::unique_ptr<Stream>> openTcp(const std::string& address, std::uint16_t port) {
    const auto parsed = socketAddress(address, port);
    if (!parsed) {
        return base::Error(base::Code::unavailable, "no address, or its interface is not there");
    }
    auto socket = unconnected(parsed->family());
    if (!socket) {
        const auto code = base::isShortage(errno) ? base::Code::exhausted : base::Code::unavailable;
        return base::Error(code, std::system_category().message(errno));
    }
    try {
        return std::unique_ptr<Stream>(std::make_unique<TcpStream>(std::move(socket), *parsed));
    } catch (const Poco::Exception& failure) {
        const bool noRoute = obstacleOfErrno(failure.code()) == Obstacle::noRoute;
        return base::Error(noRoute ? base::Code::notFound : base::Code::unavailable, failure.displayText());
    }
}

std::string ownAddress(int descriptor) {
    SocketAddress own;
    own.size = sizeof own.storage;
    if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&own.storage), &own.size) != 0) {
        return {};
    }
    const std::string text = own.text();
    return text.substr(0, text.find('%'));
}

}  // namespace aip::network
