#pragma once

#include "base/error.h"
#include "http/target.h"
#include "network/stream.h"

#include <memory>

namespace aip::http {

/// A connection to the server: to one of its addresses, or through the proxy, which then resolves its name; with TLS
/// for https://. Blocks, for the target's connectTimeout at most, and in the system's resolver. UNAVAILABLE, with words
/// that hold no secret.
base::Result<std::unique_ptr<network::Stream>> connect(const Target& target);

}  // namespace aip::http
