#include "tests/support/websocket_peer.h"

#include <Poco/Base64Encoder.h>
#include <Poco/SHA1Engine.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace aip::tests {
namespace {

[[noreturn]] void failSystem(const std::string& what) {
    throw std::system_error(errno, std::system_category(), what);
}

unsigned at(std::string_view bytes, std::size_t i) {
    return static_cast<unsigned char>(bytes[i]);
}

std::string bigEndian(std::uint64_t value, unsigned bytes) {
    std::string text;
    for (unsigned i = bytes; i > 0; --i) {
        text += static_cast<char>(value >> (8 * (i - 1)) & 0xFFU);
    }
    return text;
}

std::string headerValue(const std::string& head, const std::string& name) {
    const std::size_t begin = head.find("\r\n" + name + ": ");
    if (begin == std::string::npos) {
        throw std::runtime_error("no " + name + " in the request");
    }
    const std::size_t value = begin + name.size() + 4;
    return head.substr(value, head.find("\r\n", value) - value);
}

struct Address {
    sockaddr_storage storage{};
    socklen_t size = 0;
    sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

Address parse(const std::string& text) {
    Address address;
    if (text.find(':') == std::string::npos) {
        auto& v4 = reinterpret_cast<sockaddr_in&>(address.storage);
        v4.sin_family = AF_INET;
        ::inet_pton(AF_INET, text.c_str(), &v4.sin_addr);
        address.size = sizeof v4;
    } else {
        auto& v6 = reinterpret_cast<sockaddr_in6&>(address.storage);
        v6.sin6_family = AF_INET6;
        ::inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr);
        address.size = sizeof v6;
    }
    return address;
}

int listenOn(const std::string& text) {
    Address address = parse(text);
    const int socket = ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket >= 0 && ::bind(socket, address.get(), address.size) == 0 && ::listen(socket, 64) == 0) {
        return socket;
    }
    ::close(socket);
    return -1;
}

void waitFor(int socket, short events, const char* what) {
    pollfd polled{socket, events, 0};
    const int ready = ::poll(&polled, 1, static_cast<int>(std::chrono::milliseconds(limit).count()));
    if (ready <= 0) {
        throw std::runtime_error(std::string("timed out waiting for ") + what);
    }
}

}  // namespace

std::uint16_t PeerFrame::closeCode() const {
    return payload.size() < 2 ? 1005 : static_cast<std::uint16_t>(at(payload, 0) << 8U | at(payload, 1));
}

std::string serverFrame(std::uint8_t firstByte, std::string_view payload) {
    std::string frame(1, static_cast<char>(firstByte));
    if (payload.size() < 126) {
        frame += static_cast<char>(payload.size());
    } else if (payload.size() <= 0xFFFF) {
        frame += static_cast<char>(126) + bigEndian(payload.size(), 2);
    } else {
        frame += static_cast<char>(127) + bigEndian(payload.size(), 8);
    }
    return frame.append(payload);
}

std::string textFrame(std::string_view payload) {
    return serverFrame(0x80U | opText, payload);
}

std::string closeFrame(std::uint16_t code, std::string_view reason) {
    return serverFrame(0x80U | opClose, bigEndian(code, 2).append(reason));
}

WebSocketPeer::WebSocketPeer(WebSocketPeer&& other) noexcept
    : _socket(std::exchange(other._socket, -1)),
      _layer(std::move(other._layer)),
      _received(std::move(other._received)),
      _taken(other._taken) {}

WebSocketPeer& WebSocketPeer::operator=(WebSocketPeer&& other) noexcept {
    std::swap(_socket, other._socket);
    std::swap(_layer, other._layer);
    std::swap(_received, other._received);
    std::swap(_taken, other._taken);
    return *this;
}

std::string WebSocketPeer::receiveRequest() {
    while (_received.find("\r\n\r\n", _taken) == std::string::npos) {
        if (!fill()) {
            throw std::runtime_error("the client ended the connection before its request was complete");
        }
    }
    return take(_received.find("\r\n\r\n", _taken) + 4 - _taken);
}

std::string WebSocketPeer::upgradeAnswer(const std::string& request) {
    Poco::SHA1Engine sha1;
    sha1.update(headerValue(request, "Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    const auto& digest = sha1.digest();
    std::ostringstream accept;
    Poco::Base64Encoder encoder(accept);
    encoder.write(reinterpret_cast<const char*>(digest.data()), static_cast<std::streamsize>(digest.size()));
    encoder.close();
    return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
           accept.str() + "\r\n\r\n";
}

std::string WebSocketPeer::acceptUpgrade() {
    std::string request = receiveRequest();
    sendRaw(upgradeAnswer(request));
    return request;
}

void WebSocketPeer::sendRaw(std::string_view bytes) {
    if (_layer) {
        return _layer->send(bytes);
    }
    while (!bytes.empty()) {
        waitFor(POLLOUT);
        const ssize_t sent = ::send(_socket, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno != EAGAIN) {
            failSystem("sending to the client");
        }
        bytes.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(sent, 0)));
    }
}

void WebSocketPeer::sendBytewise(std::string_view bytes) {
    for (; !bytes.empty(); bytes.remove_prefix(1)) {
        sendRaw(bytes.substr(0, 1));
    }
}

void WebSocketPeer::sendFrame(std::uint8_t opcode, bool fin, std::string_view payload) {
    sendRaw(serverFrame(static_cast<std::uint8_t>((fin ? 0x80U : 0U) | opcode), payload));
}

PeerFrame WebSocketPeer::receiveFrame() {
    const std::string start = take(2);
    PeerFrame frame;
    frame.opcode = at(start, 0) & 0x7FU;
    frame.fin = (at(start, 0) & 0x80U) != 0;
    frame.masked = (at(start, 1) & 0x80U) != 0;
    std::uint64_t size = at(start, 1) & 0x7FU;
    if (size >= 126) {
        const std::string length = take(size == 126 ? 2 : 8);
        size = 0;
        for (std::size_t i = 0; i < length.size(); ++i) {
            size = size << 8U | at(length, i);
        }
    }
    if (!frame.masked) {
        throw std::runtime_error("the client sent a frame without a mask");
    }
    const std::string mask = take(4);
    frame.payload = take(size);
    for (std::size_t i = 0; i < frame.payload.size(); ++i) {
        frame.payload[i] = static_cast<char>(frame.payload[i] ^ mask[i % 4]);
    }
    return frame;
}

std::string WebSocketPeer::receiveText() {
    std::string text;
    for (std::uint8_t expected = opText;;) {
        PeerFrame frame = receiveFrame();
        if (frame.opcode == opPing) {
            sendFrame(opPong, true, frame.payload);
        } else if (frame.opcode != opPong) {
            if (frame.opcode != expected) {
                throw std::runtime_error("expected text, received opcode " + std::to_string(frame.opcode) + " " +
                                         frame.payload);
            }
            text += frame.payload;
            expected = opContinuation;
            if (frame.fin) {
                return text;
            }
        }
    }
}

PeerFrame WebSocketPeer::receiveUntil(std::uint8_t opcode) {
    while (true) {
        if (PeerFrame frame = receiveFrame(); frame.opcode == opcode) {
            return frame;
        }
    }
}

void WebSocketPeer::waitForEnd() {
    while (fill()) {
        _received.clear();
        _taken = 0;
    }
}

std::uint16_t WebSocketPeer::acceptClose() {
    const PeerFrame frame = receiveUntil(opClose);
    sendFrame(opClose, true, frame.payload);
    hangUp();
    return frame.closeCode();
}

void WebSocketPeer::finish() {
    ::shutdown(_socket, SHUT_WR);
    waitForEnd();
    hangUp();
}

void WebSocketPeer::hangUp() {
    if (_socket >= 0) {
        ::close(std::exchange(_socket, -1));
    }
}

void WebSocketPeer::reset() {
    const linger atOnce{1, 0};
    ::setsockopt(_socket, SOL_SOCKET, SO_LINGER, &atOnce, sizeof atOnce);
    hangUp();
}

void WebSocketPeer::shutdown() const {
    ::shutdown(_socket, SHUT_RDWR);
}

void WebSocketPeer::shrinkReceiveBuffer() {
    const int bytes = 4096;
    ::setsockopt(_socket, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

bool WebSocketPeer::fill() {
    std::array<char, 65536> bytes{};
    if (_layer) {
        const std::size_t came = _layer->receive(bytes);
        _received.append(bytes.data(), came);
        return came > 0;
    }
    waitFor(POLLIN);
    const ssize_t got = ::recv(_socket, bytes.data(), bytes.size(), 0);
    if (got < 0 && errno != ECONNRESET) {
        failSystem("receiving from the client");
    }
    _received.append(bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    return got > 0;
}

std::string WebSocketPeer::take(std::size_t bytes) {
    while (_received.size() - _taken < bytes) {
        if (!fill()) {
            throw std::runtime_error("the client ended the connection");
        }
    }
    std::string taken = _received.substr(_taken, bytes);
    _taken += bytes;
    if (_taken == _received.size()) {
        _received.clear();
        _taken = 0;
    }
    return taken;
}

void WebSocketPeer::waitFor(short events) {
    tests::waitFor(_socket, events, "the client");
}

Listener::Listener(const std::string& address) : _socket(listenOn(address)), _address(address) {
    if (_socket < 0) {
        failSystem("listening on " + address);
    }
    Address bound;
    bound.size = sizeof bound.storage;
    ::getsockname(_socket, bound.get(), &bound.size);
    _port = ntohs(bound.storage.ss_family == AF_INET ? reinterpret_cast<sockaddr_in&>(bound.storage).sin_port
                                                     : reinterpret_cast<sockaddr_in6&>(bound.storage).sin6_port);
}

std::string Listener::url() const {
    const bool v6 = _address.find(':') != std::string::npos;
    return "ws://" + (v6 ? "[" + _address + "]" : _address) + ":" + std::to_string(_port) + "/ws";
}

WebSocketPeer Listener::accept() {
    waitFor(_socket, POLLIN, "a connection");
    const int socket = ::accept4(_socket, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) {
        failSystem("accepting a connection");
    }
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return WebSocketPeer(socket);
}

WebSocketPeer Listener::acceptUpgraded() {
    WebSocketPeer peer = accept();
    peer.acceptUpgrade();
    return peer;
}

void Listener::close() {
    if (_socket >= 0) {
        ::close(std::exchange(_socket, -1));
    }
}

bool Listener::possible(const std::string& address) {
    const int socket = listenOn(address);
    ::close(socket);
    return socket >= 0;
}

}  // namespace aip::tests
