#pragma once

#include "base/clock.h"
#include "transport/channel.h"

#include <chrono>
#include <string>
#include <vector>

namespace aip::lifecycle {

struct ProbeSettings {
    transport::Endpoint endpoint;
    std::string clientId;
    std::string platform;
    bool registers = false;  ///< also registers; the device is then gone again at once
    std::chrono::milliseconds registrationTimeout{10'000};
};

struct ProbeResult {
    std::vector<std::string>
        passed;          ///< steps, in their order: "resolve", "connect", "proxy", "tls", "upgrade", "register"
    std::string failed;  ///< the step that failed; empty: none
    std::string why;     ///< may hold what a stranger has said
    int httpStatus = 0;  ///< of the answer that refuses; 0: none
    std::chrono::milliseconds retryAfter{0};  ///< for which that answer asks to stay away; 0: it does not
    transport::Obstacle obstacle = transport::Obstacle::unknown;
};

/// Goes the way of a session to the server once, and no further: no COMMAND is executed. Blocks until the channel's
/// timeouts at most, and the one for the registration. `channel` is closed afterwards.
ProbeResult probe(const ProbeSettings& settings, transport::Channel& channel, const base::Clock& clock);

}  // namespace aip::lifecycle
