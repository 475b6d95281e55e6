#include "tests/support/chaos_link.h"

#include "tests/support/door.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include <sys/socket.h>
#include <unistd.h>

namespace aip::tests {
namespace {

bool hungUp(int socket) {
    pollfd polled{socket, POLLRDHUP, 0};
    return ::poll(&polled, 1, 0) > 0;
}

int serverSocket(std::uint16_t port, const Plan& plan) {
    return plan.entry == Plan::Entry::passed ? connectTo(port) : -1;
}

Way wayToServer(const Plan& plan) {
    Way way = plan.toServer;
    way.stallAt = plan.entry == Plan::Entry::silent ? 0 : way.stallAt;
    return way;
}

}  // namespace

ChaosLink::ChaosLink(int client, std::uint16_t server, const Plan& plan)
    : _toServer(wayToServer(plan)),
      _toClient(plan.toClient),
      _client{client, _toServer, _toClient},
      _server{serverSocket(server, plan), _toClient, _toServer},
      _reset(plan.cutsByReset || plan.entry == Plan::Entry::reset) {
    if (_server.socket < 0 && plan.entry != Plan::Entry::silent) {
        drop(_client);
    }
}

ChaosLink::~ChaosLink() {
    drop(_client);
    drop(_server);
}

void ChaosLink::strike(const Plan& plan) {
    _reset = plan.cutsByReset;
    _toServer.change(plan.toServer);
    _toClient.change(plan.toClient);
}

void ChaosLink::addTo(std::vector<pollfd>& polled, TimePoint now) const {
    for (const Side* side : {&_client, &_server}) {
        const int read = side->in.takes() ? POLLIN : side->in.swallows() ? POLLRDHUP : 0;
        const int write = side->out.due(now).empty() ? 0 : POLLOUT;
        if (side->socket >= 0 && (read | write) != 0) {
            polled.push_back({side->socket, static_cast<short>(read | write), 0});
        }
    }
}

ChaosLink::TimePoint ChaosLink::next(TimePoint now) const {
    const auto later = [now](TimePoint time) { return time > now ? time : TimePoint::max(); };
    return std::min(later(_toServer.next()), later(_toClient.next()));
}

bool ChaosLink::move(TimePoint now) {
    receive(_client, now);
    receive(_server, now);
    send(_client, now);
    send(_server, now);
    if (_toServer.cut() || _toClient.cut()) {
        cut();
    }
    tellTheEnd(_client);
    tellTheEnd(_server);
    for (auto [side, other] : {std::pair{&_client, &_server}, std::pair{&_server, &_client}}) {
        if (side->in.over() && (side->told || side->in.hidesEnd() || other->socket < 0)) {
            drop(*side);
        }
    }
    return _client.socket >= 0 || _server.socket >= 0;
}

void ChaosLink::receive(Side& side, TimePoint now) {
    if (side.socket < 0) {
        return;
    }
    if (side.in.swallows() && hungUp(side.socket)) {
        return side.in.end();
    }
    std::array<char, 65536> bytes{};
    const ssize_t got = side.in.takes() ? ::recv(side.socket, bytes.data(), bytes.size(), MSG_DONTWAIT) : -2;
    if (got > 0) {
        side.in.push({bytes.data(), static_cast<std::size_t>(got)}, now);
    } else if (got == 0) {
        side.in.end();
    } else if (got == -1 && errno != EAGAIN) {
        broken(side, &side == &_client ? _server : _client);
    }
}

void ChaosLink::send(Side& side, TimePoint now) {
    const std::string_view bytes = side.out.due(now);
    if (bytes.empty()) {
        return;
    }
    if (side.socket < 0) {  // the other side is gone
        return side.out.passed(bytes.size());
    }
    const ssize_t sent = ::send(side.socket, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent > 0) {
        side.out.passed(static_cast<std::size_t>(sent));
    } else if (errno != EAGAIN) {
        broken(side, &side == &_client ? _server : _client);
    }
}

void ChaosLink::tellTheEnd(Side& side) {
    if (side.out.ended() && !std::exchange(side.told, true)) {
        ::shutdown(side.socket, SHUT_WR);
    }
}

/// A reset goes through at once, overtaking what is inside.
void ChaosLink::broken(Side& side, Side& other) {
    const bool hidden = side.in.hidesEnd();
    side.in.end();
    drop(side);
    if (!hidden) {
        _reset = true;
        other.in.end();
        drop(other);
    }
}

void ChaosLink::cut() {
    _toServer.end();
    drop(_client);
    if (!_toServer.hidesEnd()) {
        drop(_server);
    }
}

void ChaosLink::drop(Side& side) const {
    if (side.socket >= 0 && _reset) {
        const linger atOnce{1, 0};
        ::setsockopt(side.socket, SOL_SOCKET, SO_LINGER, &atOnce, sizeof atOnce);
    }
    if (side.socket >= 0) {
        ::close(std::exchange(side.socket, -1));
    }
}

}  // namespace aip::tests
