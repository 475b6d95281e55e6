#pragma once

#include "base/error.h"
#include "control/api.h"
#include "control/socket.h"

#include <memory>

namespace aip::control {

/// Serves operators: HTTP over a Unix socket, on threads of its own. Lifetime: `api` outlives it.
class Server {
  public:
    static constexpr int mostThreads = 12;                   ///< one for each exchange
    static constexpr std::size_t mostWaiting = 8;            ///< of these: streams, and calls of tools
    static constexpr std::size_t longestBody = 16UL << 20U;  ///< bytes

    /// STATE: another agent has the socket. UNAVAILABLE, DENIED or INVALID: why there cannot be one.
    static base::Result<std::unique_ptr<Server>> start(const SocketSettings& settings, Api& api);
    virtual ~Server() = default;

    /// Takes no new requests, cancels calls, ends streams, removes the socket. Returns when the last exchange is over.
    virtual void stop() = 0;
};

}  // namespace aip::control
