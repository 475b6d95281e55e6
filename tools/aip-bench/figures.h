#pragma once

#include <array>
#include <cstddef>
#include <ostream>
#include <string>
#include <vector>

namespace aip::bench {

/// What is measured on the agent and on the floor alike, in the order in which it is shown.
enum class Key : std::size_t {
    singleP50,
    singleP99,
    batchCommands,
    cpuPerCommand,
    echo1,
    echo10,
    echo50,
    blob50,
    start,
    idleRss,
    peakRss,
    idleWakeUps,
};
inline constexpr std::size_t keyCount = 12;

class Figures {
  public:
    double& operator[](Key key) { return _values[static_cast<std::size_t>(key)]; }
    double operator[](Key key) const { return _values[static_cast<std::size_t>(key)]; }

  private:
    std::array<double, keyCount> _values{};
};

/// What is measured on the agent alone.
struct More {
    double singleP90Ms = 0;
    double floorSingleP90Ms = 0;
    double idleCpuPercent = 0;
    double parallelShare = 0;    ///< throughput of 8 sessions, as a share of what their sleeping alone allows
    double heartbeatGapP99 = 0;  ///< in intervals
};

struct Report {
    Figures agent;
    Figures floor;
    More more;
};

/// The value below which `share` of the values lie; of at least one value.
double quantile(std::vector<double> values, double share);

/// For each key the median of the rounds.
Figures median(const std::vector<Figures>& rounds);

/// One JSON object on one line: {"agent": {...}, "floor": {...}, "ratio": {...}, "more": {...}}. A ratio is agent /
/// floor, or null if the floor is 0.
void writeJson(const Report& report, std::ostream& out);

/// For people, with the targets beside it.
void writeTable(const Report& report, std::ostream& out);

}  // namespace aip::bench
