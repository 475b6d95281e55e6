#pragma once

#include "app/command_line.h"
#include "app/finding.h"
#include "app/settings.h"

#include <chrono>
#include <string>
#include <vector>

namespace aip::app {

/// How far --check --connect has come.
struct ConnectionReport {
    std::vector<std::string> passed;          ///< steps, in their order
    Findings failure;                         ///< empty: none has failed
    Findings clock;                           ///< what the server's clock tells
    std::chrono::milliseconds retryAfter{0};  ///< for which the server asks to stay away; 0: it does not
};

/// Connects once as the agent does, and with Reach::registration registers. Executes nothing. Blocks until the
/// connection's timeouts at most.
ConnectionReport checkConnection(const Settings& settings, Reach reach);

}  // namespace aip::app
