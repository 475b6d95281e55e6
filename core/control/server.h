#pragma once

#include "base/error.h"
#include "control/api.h"
#include "control/socket.h"

#include <memory>

namespace aip::control {

/// Serves operators: HTTP over a Unix socket, on threads of its own, which neither a peer that is slow to ask nor one
/// that does not read its answer can hold: see Reception. Lifetime: `api` outlives it.
class Server {
  public:
    static constexpr std::size_t mostThreads = 12;           ///< one for each request that is carried out
    static constexpr std::size_t mostWaiting = 8;            ///< of these: streams, and calls of tools
    static constexpr std::size_t mostQueued = 16;            ///< requests that wait for a thread
    static constexpr std::size_t longestBody = 16UL << 20U;  ///< bytes

    /// STATE: another agent has the socket. UNAVAILABLE, DENIED or INVALID: why there cannot be one.
    static base::Result<std::unique_ptr<Server>> start(const SocketSettings& settings, Api& api);
    virtual ~Server() = default;

    /// Takes no new requests, cancels calls, ends streams, removes the socket. Returns when the last exchange is over.
    virtual void stop() = 0;
};

}  // namespace aip::control
