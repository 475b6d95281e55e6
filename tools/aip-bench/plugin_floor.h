#pragma once

#include <filesystem>

namespace aip::bench {

/// What the system takes for what no call of a plugin in another process can do without; p50, microseconds.
struct PluginFloor {
    double roundTripUs = 0;  ///< two processes with a socket between them: 100 bytes there, 1 KiB back
    double spawnUs = 0;      ///< the runner started, without a plugin, and ended
};

/// The first of them alone, as below.
double measureRoundTrip(unsigned times);

/// Forks, so call it before any other thread exists. Throws std::system_error.
PluginFloor measurePluginFloor(const std::filesystem::path& runner, unsigned roundTrips, unsigned spawns);

}  // namespace aip::bench
