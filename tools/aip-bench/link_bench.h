#pragma once

#include "figures.h"

#include <chrono>
#include <filesystem>
#include <ostream>

namespace aip::bench {

struct LinkOptions {
    std::filesystem::path agent;  ///< the programs and the folder of the bench plugin
    std::filesystem::path floor;
    std::filesystem::path plugins;
    bool tls = false;     ///< all clients speak TLS, the floors too
    bool perCall = true;  ///< also the agent with a process for each call, which takes longest
    unsigned rounds = 5;
    unsigned singles = 2000;            ///< single commands per round
    std::chrono::milliseconds pace{5};  ///< the pause before each of `paced`
    unsigned paced = 100;               ///< single commands per round, each after a pause
    unsigned batches = 200;             ///< batches of 50 per round
    unsigned echoes = 5;                ///< of each size per round
    unsigned parallel = 100;            ///< commands of each of the 8 sessions
    unsigned heartbeats = 100;          ///< counted while all workers spin
    std::chrono::seconds idle{60};      ///< watched
};

/// Runs everything, all clients in turns; reports each step on `progress`. Throws std::runtime_error.
Report measureLink(const LinkOptions& options, std::ostream& progress);

}  // namespace aip::bench
