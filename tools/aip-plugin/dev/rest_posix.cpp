#include "base/descriptor.h"
#include "dev/rest.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace aip::tool::dev {
namespace {

base::Error unavailable(const char* what) {
    return {base::Code::unavailable, std::string(what) + ": " + std::strerror(errno)};
}

base::Result<base::Descriptor> connectTo(std::uint16_t port) {
    base::Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (!socket || ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        return unavailable("connecting to the server");
    }
    return socket;
}

base::Result<void> sendAll(int socket, std::string_view text) {
    while (!text.empty()) {
        const auto sent = ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno != EINTR) {
            return unavailable("sending to the server");
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

base::Result<RestReply> post(Events& events, const RestServer& server, const std::string& path, const std::string& body,
                             std::chrono::milliseconds limit) {
    const auto socket = connectTo(server.port);
    if (!socket) {
        return socket.error();
    }
    const std::string head = "POST " + path + " HTTP/1.0\r\nX-API-Key: " + server.key +
                             "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
                             "\r\n\r\n";
    if (auto sent = sendAll(socket->get(), head + body); !sent) {
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
