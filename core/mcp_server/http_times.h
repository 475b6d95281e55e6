#pragma once

#include <chrono>
#include <cstddef>

namespace aip::mcp_server {

/// How long a client may take.
struct HttpTimes {
    std::chrono::milliseconds head{10'000};       ///< for a whole head, from its first byte on
    std::chrono::milliseconds body{30'000};       ///< for a whole body
    std::chrono::milliseconds answer{30'000};     ///< to take an answer or an event, and
    std::size_t slowestReader = 16UL << 10U;      ///< bytes a second that it takes at least, if there are more
    std::chrono::milliseconds silence{30'000};    ///< until the first byte of a connection
    std::chrono::milliseconds keepAlive{15'000};  ///< until the next request
};

}  // namespace aip::mcp_server
