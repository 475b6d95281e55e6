#pragma once

#include "base/error.h"

#include <string>

namespace aip::agentctl {

/// Copies bytes from `in` to a socket and from the socket to `out`. The end of `in` closes the sending half of the
/// socket. Returns when the other end has closed and everything is written; UNAVAILABLE if `out` or the socket fails.
/// Waits as long as that takes. `early`: what has been
/// read from the socket before.
base::Result<void> pump(int socket, int in, int out, std::string early = {});

}  // namespace aip::agentctl
