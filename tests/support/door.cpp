#include "tests/support/door.h"

#include <cerrno>
#include <system_error>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace aip::tests {
namespace {

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

void setOn(int socket, int level, int option) {
    const int on = 1;
    ::setsockopt(socket, level, option, &on, sizeof on);
}

void check(bool good, const char* what) {
    if (!good) {
        throw std::system_error(errno, std::system_category(), what);
    }
}

}  // namespace

Door::Door() {
    bind();
    sockaddr_in bound{};
    socklen_t size = sizeof bound;
    check(::getsockname(_socket, reinterpret_cast<sockaddr*>(&bound), &size) == 0, "getsockname");
    _port = ntohs(bound.sin_port);
    open();
}

Door::~Door() {
    ::close(_socket);
}

/// A socket that is bound and does not listen refuses, and keeps the port from others.
void Door::bind() {
    _socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    setOn(_socket, SOL_SOCKET, SO_REUSEADDR);
    const sockaddr_in address = loopback(_port);
    check(::bind(_socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0, "bind");
}

void Door::shut() {
    if (std::exchange(_open, false)) {
        ::close(_socket);
        bind();
    }
}

void Door::open() {
    if (!std::exchange(_open, true)) {
        check(::listen(_socket, 64) == 0, "listen");
    }
}

int Door::accept() const {
    const int socket = ::accept4(_socket, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket >= 0) {
        setOn(socket, IPPROTO_TCP, TCP_NODELAY);
    }
    return socket;
}

int connectTo(std::uint16_t port) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(port);
    if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        ::close(socket);
        return -1;
    }
    setOn(socket, IPPROTO_TCP, TCP_NODELAY);
    return socket;
}

}  // namespace aip::tests
