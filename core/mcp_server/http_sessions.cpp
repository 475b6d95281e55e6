#include "mcp_server/http_sessions.h"

#include "base/uuid.h"

#include <utility>

namespace aip::mcp_server {

HttpSessions::PeerPtr HttpSessions::makePeer(std::string session) {
    return std::make_shared<HttpPeer>(_dispatcher, _offered, _info, std::move(session), _limits);
}

/// What is dropped ends outside the lock.
std::pair<std::string, HttpSessions::PeerPtr> HttpSessions::open() {
    const std::string id = base::uuid4();
    auto peer = makePeer(id);
    PeerPtr dropped;
    const bool opened = _state.with([&](State& state) {
        if (state.sessions.size() >= mostSessions) {
            dropped = takeLeastUsed(state);
        }
        if (state.sessions.size() < mostSessions) {
            state.sessions.emplace(id, Session{peer, std::chrono::steady_clock::now()});
            return true;
        }
        return false;
    });
    return opened ? std::pair(id, std::move(peer)) : std::pair(std::string(), PeerPtr());
}

HttpSessions::PeerPtr HttpSessions::takeLeastUsed(State& state) {
    auto found = state.sessions.end();
    for (auto one = state.sessions.begin(); one != state.sessions.end(); ++one) {
        const bool older = found == state.sessions.end() || one->second.used < found->second.used;
        if (older && !one->second.peer->isBusy()) {
            found = one;
        }
    }
    return found == state.sessions.end() ? nullptr : state.sessions.extract(found).mapped().peer;
}

HttpSessions::PeerPtr HttpSessions::find(const std::string& id) {
    return _state.with([&](State& state) {
        const auto found = state.sessions.find(id);
        if (found == state.sessions.end()) {
            return PeerPtr();
        }
        found->second.used = std::chrono::steady_clock::now();
        return found->second.peer;
    });
}

bool HttpSessions::close(const std::string& id) {
    PeerPtr peer;
    _state.with([&](State& state) {
        if (const auto found = state.sessions.extract(id)) {
            peer = found.mapped().peer;
        }
    });
    if (peer) {
        peer->cancelAll("the client has ended its session");
    }
    return peer != nullptr;
}

HttpSessions::PeerPtr HttpSessions::passing() {
    auto peer = makePeer("-");
    _state.with([&](State& state) {
        std::erase_if(state.passing, [](const auto& other) { return other.expired(); });
        state.passing.push_back(peer);
    });
    return peer;
}

std::vector<HttpSessions::PeerPtr> HttpSessions::peers() const {
    return _state.with([](const State& state) {
        std::vector<PeerPtr> all;
        for (const auto& [id, session] : state.sessions) {
            all.push_back(session.peer);
        }
        for (const auto& weak : state.passing) {
            if (auto peer = weak.lock()) {
                all.push_back(std::move(peer));
            }
        }
        return all;
    });
}

void HttpSessions::toolsChanged() {
    for (const auto& peer : peers()) {
        peer->toolsChanged();
    }
}

void HttpSessions::cancelAll(const std::string& why) {
    for (const auto& peer : peers()) {
        peer->cancelAll(why);
    }
}

}  // namespace aip::mcp_server
