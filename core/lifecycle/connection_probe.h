#pragma once

#include "base/clock.h"
#include "lifecycle/connection_failure.h"
#include "transport/channel.h"

#include <chrono>
#include <optional>
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

struct ProbeResult : ConnectionFailure {
    std::vector<std::string> passed;                 ///< steps, in their order
    std::optional<std::chrono::seconds> clockAhead;  ///< see Channel::clockAhead()
};

/// Goes the way of a session to the server once, and no further: no COMMAND is executed. Blocks until the channel's
/// timeouts at most, and the one for the registration. `channel` is closed afterwards.
ProbeResult probe(const ProbeSettings& settings, transport::Channel& channel, const base::Clock& clock);

}  // namespace aip::lifecycle
