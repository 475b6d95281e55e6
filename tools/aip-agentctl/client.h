#pragma once

#include "base/error.h"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aip::agentctl {

/// A request to the agent, see core/control/README.md.
struct Ask {
    std::string method = "GET";
    std::string path{};
    std::vector<std::pair<std::string, std::string>> values{};  ///< of the query, not encoded
    std::string body{};
};

struct Answer {
    int status = 0;
    std::string body{};  ///< without the line break at its end

    bool good() const { return status >= 200 && status < 300; }
};

/// Speaks with the running agent over its socket, one connection for each request. Not for concurrent use.
///
/// Errors say which socket, and what to do: UNAVAILABLE (no agent answers there), DENIED (no permission), DEADLINE (no
/// answer within the time limit), INVALID (the path cannot be that of a socket, or what answers is not an agent).
class Client {
  public:
    /// `socket` empty: the usual places, of which the first counts at which something is. `limit`: for each wait for
    /// the agent.
    Client(std::string socket, std::chrono::milliseconds limit) : _socket(std::move(socket)), _limit(limit) {}

    /// `limit`: another one than that of all others.
    base::Result<Answer> ask(const Ask& request, std::optional<std::chrono::milliseconds> limit = {}) const;

    /// False: no more.
    using TakeLine = std::function<bool(std::string_view line)>;

    /// Gives each line of an answer that goes on, as it comes. Waits as long as the agent lives. OK if `take` wants no
    /// more; an Answer that is not good() ends it, too. UNAVAILABLE if the agent has ended.
    base::Result<Answer> follow(const Ask& request, const TakeLine& take) const;

    /// Copies both ways between two descriptors and the agent, after an Upgrade: until the agent closes its end. The
    /// end of `in` is passed on. `protocol`: the word for the upgrade.
    base::Result<Answer> bridge(const Ask& request, const std::string& protocol, int in, int out) const;

    /// The one that is asked.
    std::string socket() const;

  private:
    class Exchange;
    template <typename Work>
    base::Result<Answer> exchange(std::chrono::milliseconds limit, const Work& work) const;

    const std::string _socket;
    const std::chrono::milliseconds _limit;
};

}  // namespace aip::agentctl
