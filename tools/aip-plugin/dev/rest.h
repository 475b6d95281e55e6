#pragma once

#include "base/error.h"
#include "dev/events.h"

#include <chrono>
#include <cstdint>
#include <string>

namespace aip::tool::dev {

/// An HTTP interface on this machine: REST of a server, or the control socket of an agent.
struct RestServer {
    std::uint16_t port = 0;
    std::string key{};
    std::string socket{};  ///< not empty: its path, instead of the port
};

struct RestRequest {
    std::string method;
    std::string path;
    std::string body;  ///< JSON
};

struct RestReply {
    int status = 0;
    std::string body;
};

/// One request. Events are served meanwhile. CANCELLED if we are asked to stop, DEADLINE if it is late,
/// NOT_FOUND if there is no server, UNAVAILABLE if it cannot be reached or has not answered to the end.
base::Result<RestReply> ask(Events& events, const RestServer& server, const RestRequest& request,
                            std::chrono::milliseconds limit);

}  // namespace aip::tool::dev
