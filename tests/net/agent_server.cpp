#include "tests/net/agent_server.h"

#include <algorithm>
#include <cstdint>
#include <exception>
#include <stdexcept>
#include <utility>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace aip::tests {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto accepted = R"({"type":"heartbeat","status":"ok"})";
constexpr auto inUse = R"({"type":"error","status":"error","error":"client_id 'dev1' is already registered"})";

bool isOfType(std::string_view text, std::string_view type) {
    return text.starts_with(R"({"type":")" + std::string(type) + '"');
}

std::string responseOf(std::string_view text) {
    constexpr std::string_view key = R"("prev_response_id":")";
    const std::size_t begin = text.find(key);
    return begin == std::string_view::npos
               ? std::string()
               : std::string(text.substr(begin + key.size(), text.find('"', begin + key.size()) - begin - key.size()));
}

/// The devices of these tests send only complete JSON in ASCII, unless the network changes it.
std::string checked(std::string text) {
    const bool whole = text.starts_with('{') && text.ends_with('}');
    if (!whole || std::any_of(text.begin(), text.end(), [](char c) { return (c & '\x80') != 0; })) {
        throw std::runtime_error("a message that no device has sent");
    }
    return text;
}

}  // namespace

AgentServer::AgentServer()
    : _port(_door.port()),
      _wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      _thread([this](const std::stop_token& stop) { acceptAll(stop); }) {}

AgentServer::~AgentServer() {
    _thread.request_stop();
    ::eventfd_write(_wake, 1);
    _thread.join();
    for (const ConnectionPtr& connection : _connections) {
        connection->peer.shutdown();
        connection->thread.join();
    }
    ::close(_wake);
}

void AgentServer::restart(std::chrono::milliseconds downFor) {
    const std::lock_guard lock(_mutex);
    _downUntil = Clock::now() + downFor;
    ::eventfd_write(_wake, 1);
}

void AgentServer::setOccupied(bool occupied) {
    const std::lock_guard lock(_mutex);
    _occupied = occupied;
}

bool AgentServer::send(std::string_view text) {
    ConnectionPtr device;
    {
        const std::lock_guard lock(_mutex);
        device = _device;
    }
    return device && sendTo(*device, textFrame(text));
}

bool AgentServer::waitFor(const std::function<bool(const Seen&)>& there, std::chrono::milliseconds time) const {
    std::unique_lock lock(_mutex);
    return _changed.wait_for(lock, time, [&] { return there(_seen); });
}

AgentServer::Seen AgentServer::seen() const {
    const std::lock_guard lock(_mutex);
    return _seen;
}

void AgentServer::acceptAll(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        endRestart();
        joinEnded();
        if (const int socket = _door.isOpen() ? _door.accept() : -1; socket >= 0) {
            begin(socket);
            continue;
        }
        pollfd polled[] = {{_wake, POLLIN, 0}, {_door.descriptor(), POLLIN, 0}};
        ::poll(polled, _door.isOpen() ? 2 : 1, _door.isOpen() ? -1 : 5);
        eventfd_t count = 0;
        ::eventfd_read(_wake, &count);
    }
}

/// Also starts it: the door belongs to this thread.
void AgentServer::endRestart() {
    const std::lock_guard lock(_mutex);
    if (Clock::now() >= _downUntil) {
        if (!_door.isOpen()) {
            _door.open();
            _seen.opened = Clock::now();
        }
        return;
    }
    if (_door.isOpen()) {
        _door.shut();
        for (const ConnectionPtr& connection : _connections) {
            sendTo(*connection, closeFrame(1012));
            connection->peer.shutdown();
        }
    }
}

void AgentServer::begin(int socket) {
    const std::lock_guard lock(_mutex);
    const ConnectionPtr& connection = _connections.emplace_back(std::make_shared<Connection>(socket));
    _seen.connections = _connections.size();
    connection->thread = std::thread([this, &it = *connection] { serve(it); });
}

void AgentServer::serve(Connection& connection) {
    try {
        connection.peer.acceptUpgrade();
        while (true) {
            hear(connection, receiveText(connection));
        }
    } catch (const std::exception&) {  // however it ended
    }
    ended(connection);
}

void AgentServer::ended(Connection& connection) {
    const std::lock_guard lock(_mutex);
    connection.over = true;
    if (_device.get() == &connection) {
        _device.reset();
    }
    ::eventfd_write(_wake, 1);
}

void AgentServer::joinEnded() {
    std::list<ConnectionPtr> over;
    {
        const std::lock_guard lock(_mutex);
        const auto rest = std::partition(_connections.begin(), _connections.end(),
                                         [](const ConnectionPtr& connection) { return connection->over; });
        over.splice(over.begin(), _connections, _connections.begin(), rest);
    }
    for (const ConnectionPtr& connection : over) {
        connection->thread.join();
    }
    over.clear();
    const std::lock_guard lock(_mutex);
    _seen.connections = _connections.size();
    _changed.notify_all();
}

std::string AgentServer::receiveText(Connection& connection) {
    std::string text;
    for (std::uint8_t expected = opText;;) {
        const PeerFrame frame = connection.peer.receiveFrame();
        if (frame.opcode == opPing) {
            sendTo(connection, serverFrame(0x80U | opPong, frame.payload));
        } else if (frame.opcode == expected) {
            text += frame.payload;
            expected = opContinuation;
            if (frame.fin) {
                return checked(std::move(text));
            }
        } else if (frame.opcode != opPong) {
            throw std::runtime_error("closed, or nonsense");
        }
    }
}

void AgentServer::hear(Connection& connection, const std::string& text) {
    if (isOfType(text, "register")) {
        return registered(connection);
    }
    if (isOfType(text, "heartbeat")) {
        sendTo(connection, textFrame(accepted));
    }
    const std::lock_guard lock(_mutex);
    _seen.heartbeats += isOfType(text, "heartbeat") ? 1 : 0;
    if (isOfType(text, "command_results")) {
        ++_seen.answers[responseOf(text)];
    }
    _changed.notify_all();
}

void AgentServer::registered(Connection& connection) {
    const std::lock_guard lock(_mutex);
    sendTo(connection, textFrame(_occupied ? inUse : accepted));
    ++(_occupied ? _seen.refusals : _seen.registrations);
    for (const ConnectionPtr& other : _connections) {
        if (other.get() == &connection && !_occupied) {
            _device = other;
        } else if (!_occupied) {
            other->peer.shutdown();
        }
    }
    _seen.registered = _occupied ? _seen.registered : Clock::now();
    _changed.notify_all();
}

bool AgentServer::sendTo(Connection& connection, std::string_view bytes) {
    const std::lock_guard lock(connection.sending);
    try {
        connection.peer.sendRaw(bytes);
        return true;
    } catch (const std::exception&) {
        return false;
    }
}

}  // namespace aip::tests
