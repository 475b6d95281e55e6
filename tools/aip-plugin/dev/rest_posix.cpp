#include "base/descriptor.h"
#include "dev/rest.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

namespace aip::tool::dev {
namespace {

constexpr timeval longestConnect{.tv_sec = 5, .tv_usec = 0};  // a server that takes no connection holds us no longer

base::Error unavailable(const char* what) {
    if (errno == EAGAIN) {
        return {base::Code::unavailable, std::string(what) + ": it takes too long"};
    }
    return {base::Code::unavailable, std::string(what) + ": " + std::strerror(errno)};
}

template <typename Address>
base::Result<base::Descriptor> connectTo(const Address& address, int family) {
    base::Descriptor socket(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (socket && ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &longestConnect, sizeof longestConnect) == 0 &&
        ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
        return socket;
    }
    const bool absent = errno == ENOENT || errno == ECONNREFUSED;
    auto error = unavailable("connecting");
    return absent ? base::Error(base::Code::notFound, error.text()) : error;
}

base::Result<base::Descriptor> connectTo(const RestServer& server) {
    if (server.socket.empty()) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(server.port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        return connectTo(address, AF_INET);
    }
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (server.socket.size() >= sizeof address.sun_path) {
        return base::Error(base::Code::invalid, "the path is too long for a socket");
    }
    server.socket.copy(address.sun_path, sizeof address.sun_path - 1);
    return connectTo(address, AF_UNIX);
}

base::Result<void> sendAll(int socket, std::string_view text) {
    while (!text.empty()) {
        const auto sent = ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno != EINTR) {
            return unavailable("sending");
        }
        text.remove_prefix(sent < 0 ? 0 : static_cast<std::size_t>(sent));
    }
    return {};
}

/// Of "HTTP/1.0 200 OK", heads and a body that ends with the connection.
base::Result<RestReply> parse(const std::string& text) {
    const auto head = text.find("\r\n\r\n");
    const auto status = text.find(' ');
    if (head == std::string::npos || status > head) {
        return base::Error(base::Code::unavailable, "the server has closed the connection");
    }
    return RestReply{std::atoi(text.c_str() + status), text.substr(head + 4)};
}

}  // namespace

base::Result<RestReply> ask(Events& events, const RestServer& server, const RestRequest& request,
                            std::chrono::milliseconds limit) {
    const auto socket = connectTo(server);
    if (!socket) {
        return socket.error();
    }
    const std::string head =
        request.method + " " + request.path + " HTTP/1.0\r\nX-API-Key: " + server.key +
        "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(request.body.size()) + "\r\n\r\n";
    if (auto sent = sendAll(socket->get(), head + request.body); !sent) {
        return std::move(sent).error();
    }
    std::string reply;
    bool over = false;
    events.watch(socket->get(), [&](std::string_view piece) {
        reply += piece;
        over = piece.empty();
    });
    const auto end = events.until([&over] { return over; }, Events::Clock::now() + limit);
    events.forget(socket->get());
    if (end != Events::End::done) {
        const bool late = end == Events::End::late;
        return base::Error(late ? base::Code::deadline : base::Code::cancelled, late ? "no answer" : "asked to stop");
    }
    return parse(reply);
}

}  // namespace aip::tool::dev
