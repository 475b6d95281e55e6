#pragma once

#include "mcp_server/http_peer.h"

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace aip::mcp_server {

/// The clients that there are: those of sessions, by their ids, and those of one exchange. Any thread.
class HttpSessions {
  public:
    static constexpr std::size_t mostSessions = 64;

    HttpSessions(execution::Dispatcher& dispatcher, OfferedTools& offered, mcp::ServerInfo info, ClientLimits limits)
        : _dispatcher(dispatcher), _offered(offered), _info(std::move(info)), _limits(std::move(limits)) {}

    using PeerPtr = std::shared_ptr<HttpPeer>;

    /// A new session and its id; of too many, the one goes that nobody has used for longest and that is not busy. Null
    /// if all are.
    std::pair<std::string, PeerPtr> open();
    /// Null if there is none.
    PeerPtr find(const std::string& id);
    /// Ends a session and its calls. False if there is none.
    bool close(const std::string& id);

    /// A client that lives as long as its holder.
    PeerPtr passing();

    /// Those that clients see now; null if there is no such profile.
    std::shared_ptr<const OfferedTools::Tools> tools() { return _offered.current(); }
    void toolsChanged();
    /// Cancels all calls.
    void cancelAll(const std::string& why);

  private:
    struct Session {
        PeerPtr peer;
        std::chrono::steady_clock::time_point used;
    };
    struct State {
        std::map<std::string, Session, std::less<>> sessions;
        std::vector<std::weak_ptr<HttpPeer>> passing;
    };

    PeerPtr makePeer(std::string session);
    static PeerPtr takeLeastUsed(State& state);
    std::vector<PeerPtr> peers() const;

    execution::Dispatcher& _dispatcher;
    OfferedTools& _offered;
    const mcp::ServerInfo _info;
    const ClientLimits _limits;
    base::Guarded<State> _state;
};

}  // namespace aip::mcp_server
