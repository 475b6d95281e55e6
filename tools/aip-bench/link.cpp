#include "link.h"

#include "transport/upgrade.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

namespace aip::bench {
namespace {

using transport::Opcode;

constexpr std::size_t bufferSize = 64UL << 10U;
constexpr std::size_t headSize = 16UL << 10U;
constexpr time_t patienceSeconds = 30;

int checked(int value, const char* what) {
    if (value < 0) {
        throw std::system_error(errno, std::generic_category(), what);
    }
    return value;
}

void configure(int socket) {
    const int on = 1;
    const timeval patience{patienceSeconds, 0};
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

std::string keyOf(std::string_view request) {
    constexpr std::string_view name = "Sec-WebSocket-Key: ";
    const std::size_t at = request.find(name);
    if (at == std::string_view::npos) {
        throw std::runtime_error("the client does not ask for a WebSocket");
    }
    const std::size_t begin = at + name.size();
    return std::string(request.substr(begin, request.find('\r', begin) - begin));
}

std::uint64_t bigEndian(std::string_view bytes) {
    std::uint64_t value = 0;
    for (const char byte : bytes) {
        value = value << 8U | static_cast<unsigned char>(byte);
    }
    return value;
}

}  // namespace

Listener::Listener() : _socket(checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket")) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    checked(::bind(_socket.get(), generic, size), "bind");
    checked(::listen(_socket.get(), 4), "listen");
    checked(::getsockname(_socket.get(), generic, &size), "getsockname");
    _port = ntohs(address.sin_port);
}

base::Descriptor Listener::accept(std::chrono::milliseconds limit) const {
    pollfd polled{_socket.get(), POLLIN, 0};
    if (::poll(&polled, 1, static_cast<int>(limit.count())) != 1) {
        throw std::runtime_error("the client does not connect within " + std::to_string(limit.count()) + " ms");
    }
    base::Descriptor client(checked(::accept4(_socket.get(), nullptr, nullptr, SOCK_CLOEXEC), "accept"));
    configure(client.get());
    return client;
}

Link::Link(Wire wire) : _wire(std::move(wire)), _buffer(bufferSize) {
    upgrade();
}

void Link::upgrade() {
    while (buffered().find("\r\n\r\n") == std::string_view::npos) {
        fill();
    }
    const std::string answer =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: " +
        transport::acceptKey(keyOf(buffered())) + "\r\n\r\n";
    _begin = _end = 0;
    _wire.send(answer, {});
}

void Link::send(std::string_view text) {
    sendFrame(Opcode::text, text);
}

void Link::sendFrame(Opcode opcode, std::string_view payload) {
    std::array<unsigned char, 10> header{static_cast<unsigned char>(0x80U | static_cast<unsigned>(opcode))};
    std::size_t size = 2;
    if (payload.size() < 126) {
        header[1] = static_cast<unsigned char>(payload.size());
    } else {
        const std::size_t lengthBytes = payload.size() <= 0xFFFF ? 2 : 8;
        header[1] = lengthBytes == 2 ? 126 : 127;
        for (std::size_t i = 0; i < lengthBytes; ++i) {
            header[2 + i] = static_cast<unsigned char>(payload.size() >> (8 * (lengthBytes - 1 - i)));
        }
        size += lengthBytes;
    }
    _wire.send({reinterpret_cast<const char*>(header.data()), size}, payload);
}

void Link::fill() {
    if (_begin == _end) {
        _begin = _end = 0;
    } else if (_end == _buffer.size()) {
        std::memmove(_buffer.data(), _buffer.data() + _begin, _end - _begin);
        _end -= std::exchange(_begin, 0);
    }
    _end += _wire.receive(_buffer.data() + _end, _buffer.size() - _end);
}

void Link::await(std::size_t bytes) {
    while (buffered().size() < bytes) {
        fill();
    }
}

Link::Header Link::readHeader() {
    await(2);
    const auto first = static_cast<unsigned char>(buffered()[0]);
    const unsigned form = static_cast<unsigned char>(buffered()[1]) & 0x7FU;
    const std::size_t lengthBytes = form == 127 ? 8 : form == 126 ? 2 : 0;
    Header header{(first & 0x80U) != 0, static_cast<Opcode>(first & 0xFU), form, {}};
    await(2 + lengthBytes + header.mask.size());
    if (lengthBytes > 0) {
        header.size = bigEndian(buffered().substr(2, lengthBytes));
    }
    std::copy_n(buffered().begin() + 2 + lengthBytes, header.mask.size(), header.mask.begin());
    _begin += 2 + lengthBytes + header.mask.size();
    return header;
}

Link::Message Link::receive(std::string* whole) {
    Message message;
    _head.clear();
    while (!takeFrame(message, whole)) {
    }
    return message;
}

std::optional<Link::Message> Link::receiveUntil(std::chrono::steady_clock::time_point end) {
    Message message;
    _head.clear();
    while (true) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
        if (buffered().empty() && !_wire.ready(std::max(0, static_cast<int>(left.count())))) {
            return std::nullopt;
        }
        if (takeFrame(message, nullptr)) {
            return message;
        }
    }
}

/// True if the frame was the last one of a message.
bool Link::takeFrame(Message& message, std::string* whole) {
    const Header header = readHeader();
    if (header.opcode == Opcode::close) {
        throw std::runtime_error("the client closes the connection");
    }
    if (transport::isControl(header.opcode)) {
        answerPing(header);
        return false;
    }
    readPayload(header, message, whole);
    message.size += header.size;
    message.head = _head;
    return header.fin;
}

void Link::readPayload(const Header& header, Message& message, std::string* whole) {
    for (std::uint64_t done = 0; done < header.size;) {
        const std::uint64_t left = header.size - done;
        if (buffered().empty() && whole == nullptr && message.size + done >= headSize) {
            done += _wire.drop(left);
            continue;
        }
        if (buffered().empty()) {
            fill();
        }
        const std::size_t part = std::min<std::uint64_t>(left, buffered().size());
        takeBuffered(header, done, part, whole);
        done += part;
    }
}

void Link::takeBuffered(const Header& header, std::uint64_t done, std::size_t size, std::string* whole) {
    std::string& out = whole != nullptr ? *whole : _head;
    const std::size_t wanted = whole != nullptr ? size : std::min(size, headSize - std::min(headSize, _head.size()));
    const std::size_t old = out.size();
    out.resize(old + wanted);
    transport::maskCopy(out.data() + old, buffered().substr(0, wanted), header.mask, done);
    _begin += size;
}

void Link::answerPing(const Header& header) {
    await(header.size);
    std::string payload;
    takeBuffered(header, 0, header.size, &payload);
    if (header.opcode == Opcode::ping) {
        sendFrame(Opcode::pong, payload);
    }
}

}  // namespace aip::bench
