#pragma once

#include "base/error.h"
#include "dev/events.h"

#include <chrono>
#include <cstdint>
#include <string>

namespace aip::tool::dev {

/// The REST interface of a server on this machine.
struct RestServer {
    std::uint16_t port = 0;
    std::string key;
};

struct RestReply {
    int status = 0;
    std::string body;
};

/// One POST of JSON. Events are served meanwhile. CANCELLED if we are asked to stop, DEADLINE if it is late,
/// UNAVAILABLE if there is no server.
base::Result<RestReply> post(Events& events, const RestServer& server, const std::string& path, const std::string& body,
                             std::chrono::milliseconds limit);

}  // namespace aip::tool::dev
