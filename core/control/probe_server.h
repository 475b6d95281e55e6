#pragma once

#include "base/error.h"
#include "control/operator.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace aip::control {

/// Serves GET /metrics, /healthz and /readyz over TCP, for programs of this machine that cannot speak to a Unix socket:
/// nothing there is secret, and nothing can be changed. On threads of its own, few. Lifetime: `agent` outlives it.
class ProbeServer {
  public:
    static constexpr std::size_t mostThreads = 4;
    static constexpr std::size_t mostWaiting = 16;  ///< requests for a thread

    /// `address`: an IP address of the loopback. UNAVAILABLE: why it cannot listen there.
    static base::Result<std::unique_ptr<ProbeServer>> start(const std::string& address, std::uint16_t port,
                                                            const Operator& agent);
    virtual ~ProbeServer() = default;

    virtual std::uint16_t port() const = 0;
};

}  // namespace aip::control
