#include "connection.h"

#include "base/json_text.h"

#include <Poco/Buffer.h>
#include <Poco/Net/NetException.h>

#include <array>
#include <utility>

#include <sys/socket.h>

namespace aip::server {
namespace {

using Poco::Net::WebSocket;
using std::chrono::steady_clock;

/// How often the serving thread looks at its deadlines while nothing arrives.
constexpr std::chrono::milliseconds tick{100};

int wholeFrame(WebSocket::FrameOpcodes opcode) {
    return static_cast<int>(WebSocket::FRAME_FLAG_FIN) | opcode;
}

Poco::Timespan timespan(std::chrono::milliseconds time) {
    return {time.count() * 1000};
}

std::uint16_t closeCode(std::string_view payload) {
    if (payload.size() < 2) {
        return WebSocket::WS_NORMAL_CLOSE;
    }
    return static_cast<std::uint16_t>(static_cast<unsigned char>(payload[0]) << 8U |
                                      static_cast<unsigned char>(payload[1]));
}

std::string closePayload(std::uint16_t code) {
    return {static_cast<char>(code >> 8U), static_cast<char>(code & 0xFFU)};
}

}  // namespace

Connection::Connection(const WebSocket& socket, const WireSettings& settings)
    : _settings(settings), _socket(socket), _nextPing(steady_clock::now() + settings.pingInterval) {
    _socket.setNoDelay(true);
    _socket.setReceiveTimeout(timespan(settings.pongTimeout));
    _socket.setSendTimeout(timespan(settings.pongTimeout));
    _socket.setMaxPayloadSize(static_cast<int>(settings.maxMessageBytes));
}

void Connection::serve(Listener& listener) {
    while (!_ended) {
        try {
            if (readable()) {
                readFrame(listener);
            } else {
                watch();
            }
        } catch (const Poco::Net::WebSocketException& error) {
            const bool tooBig = error.code() == WebSocket::WS_ERR_PAYLOAD_TOO_BIG;
            close(tooBig ? WebSocket::WS_PAYLOAD_TOO_BIG : WebSocket::WS_PROTOCOL_ERROR);
            drain();
            end(error.displayText());
        } catch (const Poco::Exception& error) {
            end(error.displayText());
        }
    }
    _closing = true;
    abort();
}

bool Connection::readable() {
    return _socket.available() > 0 || _socket.poll(timespan(tick), Poco::Net::Socket::SELECT_READ);
}

void Connection::readFrame(Listener& listener) {
    Poco::Buffer<char> buffer(0);
    int flags = 0;
    const int size = _socket.receiveFrame(buffer, flags);
    const std::string_view payload(buffer.begin(), static_cast<std::size_t>(size));
    if (size == 0 && flags == 0) {
        return end("lost");
    }
    switch (flags & WebSocket::FRAME_OP_BITMASK) {
        case WebSocket::FRAME_OP_PING:
            sendFrame(payload, wholeFrame(WebSocket::FRAME_OP_PONG));
            return;
        case WebSocket::FRAME_OP_PONG:
            _pongDeadline = TimePoint::max();
            return;
        case WebSocket::FRAME_OP_CLOSE:
            return answerClose(payload);
        default:
            return handleData(flags, payload, listener);
    }
}

void Connection::handleData(int flags, std::string_view payload, Listener& listener) {
    const int opcode = flags & WebSocket::FRAME_OP_BITMASK;
    const bool continues = opcode == WebSocket::FRAME_OP_CONT;
    if (opcode > WebSocket::FRAME_OP_BINARY || continues != (_messageOpcode != 0)) {
        throw Poco::Net::WebSocketException("unexpected frame");
    }
    if (_message.size() + payload.size() > _settings.maxMessageBytes) {
        throw Poco::Net::WebSocketException("message too big", WebSocket::WS_ERR_PAYLOAD_TOO_BIG);
    }
    _messageOpcode = continues ? _messageOpcode : opcode;
    if (_message.capacity() < _message.size() + payload.size() + base::jsonPadding) {
        _message.reserve(2 * _message.size() + payload.size() + base::jsonPadding);
    }
    _message.append(payload);
    if ((flags & WebSocket::FRAME_FLAG_FIN) == 0) {
        return;
    }
    const bool text = std::exchange(_messageOpcode, 0) == WebSocket::FRAME_OP_TEXT;
    std::string message = std::exchange(_message, {});
    if (_closing) {
        return;
    }
    if (text) {
        listener.onText(std::move(message));
    } else {
        listener.onBinary();
    }
}

void Connection::answerClose(std::string_view payload) {
    const std::uint16_t code = closeCode(payload);
    close(code);
    end("closed with " + std::to_string(code));
}

/// Sends the ping that is due, and ends what waited too long for its pong or its close.
void Connection::watch() {
    const auto now = steady_clock::now();
    if (now >= _closeDeadline.load()) {
        return end("closing was not answered");
    }
    if (now >= _pongDeadline) {
        close(WebSocket::WS_UNEXPECTED_CONDITION);
        return end("no pong");
    }
    if (now >= _nextPing && !_closing) {
        _nextPing = now + _settings.pingInterval;
        if (_pongDeadline == TimePoint::max()) {
            _pongDeadline = now + _settings.pongTimeout;
        }
        sendFrame({}, wholeFrame(WebSocket::FRAME_OP_PING));
    }
}

bool Connection::send(std::string_view text) {
    return sendFrame(text, WebSocket::FRAME_TEXT);
}

bool Connection::sendFrame(std::string_view payload, int flags) {
    const std::lock_guard lock(_sending);
    if (_closing) {
        return false;
    }
    try {
        _socket.sendFrame(payload.data(), static_cast<int>(payload.size()), flags);
        return true;
    } catch (const Poco::Exception&) {
        _closing = true;
        abort();
        return false;
    }
}

void Connection::close(std::uint16_t code) {
    // The system clock, since ThreadSanitizer knows no lock with a limit on the steady one.
    const std::unique_lock lock(_sending, std::chrono::system_clock::now() + _settings.closeTimeout);
    if (_closing.exchange(true)) {
        return;
    }
    _closeDeadline = steady_clock::now() + _settings.closeTimeout;
    if (!lock.owns_lock()) {
        return abort();  // a send is stuck, so nothing more can be said
    }
    try {
        const std::string payload = closePayload(code);
        _socket.setSendTimeout(timespan(_settings.closeTimeout));
        _socket.sendFrame(payload.data(), static_cast<int>(payload.size()), wholeFrame(WebSocket::FRAME_OP_CLOSE));
    } catch (const Poco::Exception&) {
        abort();
    }
}

void Connection::abort() {
    try {
        _socket.impl()->shutdown();
    } catch (const Poco::Exception&) {
        return;  // the other side was faster
    }
}

/// Reads on until the other side closes: bytes left unread would turn our end into a reset that overtakes the close.
void Connection::drain() {
    std::array<char, 65536> scrap;
    const auto* raw = _socket.impl();
    while (steady_clock::now() < _closeDeadline.load()) {
        if (!_socket.poll(timespan(tick), Poco::Net::Socket::SELECT_READ)) {
            continue;
        }
        if (::recv(raw->sockfd(), scrap.data(), scrap.size(), MSG_DONTWAIT) <= 0) {
            return;
        }
    }
}

void Connection::end(std::string reason) {
    _ended = true;
    _ending = std::move(reason);
}

bool Connections::add(std::shared_ptr<Connection> connection) {
    const std::lock_guard lock(_mutex);
    if (_stopped) {
        return false;
    }
    _open.insert(std::move(connection));
    return true;
}

void Connections::remove(const std::shared_ptr<Connection>& connection) {
    const std::lock_guard lock(_mutex);
    _open.erase(connection);
    _changed.notify_all();
}

std::set<std::shared_ptr<Connection>> Connections::snapshot() {
    const std::lock_guard lock(_mutex);
    _stopped = true;
    return _open;
}

void Connections::closeAll(std::uint16_t code, std::chrono::milliseconds limit) {
    for (const auto& connection : snapshot()) {
        connection->close(code);
    }
    const auto allGone = [this] { return _open.empty(); };
    std::unique_lock lock(_mutex);
    if (_changed.wait_for(lock, limit, allGone)) {
        return;
    }
    for (const auto& connection : _open) {
        connection->abort();
    }
    _changed.wait(lock, allGone);
}

}  // namespace aip::server
