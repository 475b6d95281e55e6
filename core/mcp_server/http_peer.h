#pragma once

#include "base/guarded.h"
#include "mcp_server/client_door.h"

#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace aip::mcp_server {

/// One client over HTTP: what its door says is kept for the exchange that waits for it. Any thread.
class HttpPeer {
  public:
    static constexpr std::size_t mostWaiting = 64;  ///< messages of one exchange; more of its progress is dropped
    using Text = std::shared_ptr<const std::string>;

    /// An exchange that waits for the messages of a request, or for those of none. Ends before its peer, which drops
    /// the rest then. One thread.
    class Waiting {
      public:
        Waiting(Waiting&& other) noexcept
            : _peer(std::exchange(other._peer, nullptr)), _request(std::move(other._request)), _needed(other._needed) {}
        Waiting& operator=(Waiting&&) = delete;
        ~Waiting();

        /// The next message, which must come until `limit`.
        std::optional<mcp::ToClient> next(std::chrono::steady_clock::time_point limit);

      private:
        friend class HttpPeer;
        Waiting(HttpPeer& peer, std::string request, bool needed)
            : _peer(&peer), _request(std::move(request)), _needed(needed) {}

        HttpPeer* _peer;
        std::string _request;
        bool _needed;  ///< the request need not be cancelled at the end
    };

    HttpPeer(execution::Dispatcher& dispatcher, OfferedTools& offered, mcp::ServerInfo info, std::string session,
             ClientLimits limits);

    /// A message that has no answer.
    void tell(const ClientMessage& message) { _door.received(message); }

    /// A request. `kept`: it goes on when nobody waits for its answer any more. None: one with this id has no answer
    /// yet, and this one is not taken.
    std::optional<Waiting> ask(std::string request, const ClientMessage& message, bool kept);
    /// Waits for the messages that belong to no request. None: somebody does already.
    std::optional<Waiting> listen();

    /// Whether somebody waits, or a call has no answer yet.
    bool isBusy();

    void toolsChanged() { _door.toolsChanged(); }
    void cancelAll(const std::string& why) { _door.cancelAll(why); }

  private:
    using Queues = std::map<std::string, std::deque<mcp::ToClient>, std::less<>>;

    void keep(mcp::ToClient message);
    void cancel(const std::string& request);

    base::Guarded<Queues> _queues;  ///< by request
    ClientDoor _door;               ///< last member: it uses the queues
};

}  // namespace aip::mcp_server
