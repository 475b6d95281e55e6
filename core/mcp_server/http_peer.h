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

namespace aip::mcp_server {

/// One client over HTTP: what its door says is kept for the exchange that waits for it. Any thread.
class HttpPeer {
  public:
    static constexpr std::size_t mostWaiting = 64;  ///< messages of one exchange; more of its progress is dropped

    HttpPeer(execution::Dispatcher& dispatcher, Catalogue& catalogue, mcp::ServerInfo info, std::string session,
             ClientLimits limits);

    /// A message that has no answer.
    void tell(std::string message) { _door.received(std::move(message)); }

    /// A request; next() gives its messages. False: one with this id has no answer yet, and this one is not taken.
    bool ask(const std::string& request, std::string message);
    /// The next message of a request, of none if it is empty, which must come until `limit`.
    std::optional<mcp::ToClient> next(const std::string& request, std::chrono::steady_clock::time_point limit);
    /// Nobody waits for the rest of it any more. `cancelled`: and it need not go on.
    void leave(const std::string& request, bool cancelled);

    void toolsChanged() { _door.toolsChanged(); }
    void cancelAll(const std::string& why) { _door.cancelAll(why); }

  private:
    using Queues = std::map<std::string, std::deque<mcp::ToClient>, std::less<>>;

    void keep(mcp::ToClient message);

    base::Guarded<Queues> _queues;  ///< by request
    ClientDoor _door;               ///< last member: it uses the queues
};

}  // namespace aip::mcp_server
