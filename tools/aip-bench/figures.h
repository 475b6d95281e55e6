#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <ostream>
#include <string>
#include <vector>

namespace aip::bench {

/// Who is measured: the agent, with its plugin in each of the ways in which one can run, and the floors.
enum class Client : std::size_t {
    inProcess,
    process,  ///< the agent's default
    perCall,
    floor,        ///< answers canned bytes
    honestFloor,  ///< reads, answers and writes each action, in one thread
};
inline constexpr std::size_t clientCount = 5;
inline constexpr std::size_t agentCount = 3;  ///< of these, the first ones

/// What is measured on all of them alike, in the order in which it is shown.
enum class Key : std::size_t {
    singleP50,
    singleP99,
    pacedP50,
    pacedP99,
    batchCommands,
    cpuPerCommand,
    echo1,
    echo10,
    echo50,
    blob50,
    start,
    idleRss,
    idlePss,
    idlePrivate,
    peakRss,
    peakPayloads,
    idleWakeUps,
};
inline constexpr std::size_t keyCount = 17;

/// NaN: not measured.
class Figures {
  public:
    Figures() { _values.fill(std::nan("")); }
    double& operator[](Key key) { return _values[static_cast<std::size_t>(key)]; }
    double operator[](Key key) const { return _values[static_cast<std::size_t>(key)]; }

  private:
    std::array<double, keyCount> _values{};
};

/// What is measured on the agent with the plugin in its process alone, unless said otherwise.
struct More {
    double singleP90Ms = 0;
    double floorSingleP90Ms = 0;
    double idleCpuPercent = 0;
    double parallelShare = 0;    ///< throughput of 8 sessions, as a share of what their sleeping alone allows
    double heartbeatGapP99 = 0;  ///< in intervals
    double roundTripUs = 0;      ///< between two processes with nothing around it, p50
};

struct Report {
    std::array<Figures, clientCount> clients;
    More more;

    Figures& operator[](Client client) { return clients[static_cast<std::size_t>(client)]; }
    const Figures& operator[](Client client) const { return clients[static_cast<std::size_t>(client)]; }
};

/// The value below which `share` of the values lie; of at least one value.
double quantile(std::vector<double> values, double share);

/// For each key the median of the rounds.
Figures median(const std::vector<Figures>& rounds);

/// One JSON object on one line: an object of figures for each client; "ratio", the same of each agent
/// over its floor; "more". What was not measured is null.
std::string toJson(const Report& report);

/// For people, with the targets beside it.
void writeTable(const Report& report, std::ostream& out);

}  // namespace aip::bench
