#include "figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace aip::bench {
namespace {

struct Row {
    const char* key;
    const char* meaning;
    const char* target;
};

constexpr std::array<Row, keyCount> rows{{
    {"single_p50_ms", "one command, p50, ms", "<= 1.5 x floor"},
    {"single_p99_ms", "one command, p99, ms", "<= 2 x floor"},
    {"batch_commands_per_s", "batches of 50, commands per s", ">= 0.5 x floor"},
    {"cpu_us_per_command", "processor time per single command, us", "<= 2 x floor"},
    {"echo_1_mib_s", "echo of 1 MiB, MiB/s", ""},
    {"echo_10_mib_s", "echo of 10 MiB, MiB/s", ">= 0.7 x floor"},
    {"echo_50_mib_s", "echo of 50 MiB, MiB/s", ">= 0.7 x floor"},
    {"blob_50_mib_s", "50 MiB made by the plugin, MiB/s", ""},
    {"start_to_registered_ms", "start to registered, ms", "<= 50"},
    {"idle_rss_mib", "resident when idle, MiB", "<= 14"},
    {"peak_rss_mib", "peak resident after the echo of 50 MiB, MiB", "<= idle + 110"},
    {"idle_wakeups_per_min", "idle wake-ups per minute beyond heartbeats", "<= 6"},
}};

std::string number(double value) {
    return std::isfinite(value) ? fmt::format("{:.4g}", value) : "null";
}

/// Fixed, with about four digits that count.
std::string shown(double value) {
    if (!std::isfinite(value)) {
        return "-";
    }
    return fmt::format("{:.{}f}", value, value >= 100 ? 0 : value >= 10 ? 1 : 3);
}

Figures ratio(const Report& report) {
    Figures out;
    for (std::size_t i = 0; i < keyCount; ++i) {
        const Key key{i};
        out[key] = report.floor[key] == 0 ? std::nan("") : report.agent[key] / report.floor[key];
    }
    return out;
}

std::string toJson(const Figures& figures) {
    std::string out;
    for (std::size_t i = 0; i < keyCount; ++i) {
        out += fmt::format(R"({}"{}":{})", i == 0 ? "{" : ",", rows[i].key, number(figures[Key{i}]));
    }
    return out + "}";
}

std::string toJson(const More& more) {
    return fmt::format(
        R"({{"single_p90_ms":{},"floor_single_p90_ms":{},"idle_cpu_percent":{},"parallel_8_sessions":{},)"
        R"("heartbeat_gap_p99_intervals":{}}})",
        number(more.singleP90Ms), number(more.floorSingleP90Ms), number(more.idleCpuPercent),
        number(more.parallelShare), number(more.heartbeatGapP99));
}

void writeLine(std::ostream& out, const char* meaning, double agent, double floor, double ratio, const char* target) {
    out << fmt::format("{:<46}{:>12}{:>12}{:>8}  {}\n", meaning, shown(agent), shown(floor), shown(ratio), target);
}

}  // namespace

double quantile(std::vector<double> values, double share) {
    const std::ptrdiff_t rank = std::lround(share * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + rank, values.end());
    return values[static_cast<std::size_t>(rank)];
}

Figures median(const std::vector<Figures>& rounds) {
    Figures out;
    for (std::size_t i = 0; i < keyCount; ++i) {
        std::vector<double> values;
        for (const Figures& round : rounds) {
            values.push_back(round[Key{i}]);
        }
        out[Key{i}] = quantile(std::move(values), 0.5);
    }
    return out;
}

void writeJson(const Report& report, std::ostream& out) {
    out << R"({"agent":)" << toJson(report.agent) << R"(,"floor":)" << toJson(report.floor) << R"(,"ratio":)"
        << toJson(ratio(report)) << R"(,"more":)" << toJson(report.more) << "}" << std::endl;
}

void writeTable(const Report& report, std::ostream& out) {
    const Figures ratios = ratio(report);
    out << fmt::format("{:<46}{:>12}{:>12}{:>8}  {}\n", "", "agent", "floor", "ratio", "target");
    for (std::size_t i = 0; i < keyCount; ++i) {
        const Key key{i};
        writeLine(out, rows[i].meaning, report.agent[key], report.floor[key], ratios[key], rows[i].target);
    }
    const double none = std::nan("");
    const More& more = report.more;
    writeLine(out, "one command, p90, ms", more.singleP90Ms, more.floorSingleP90Ms,
              more.singleP90Ms / more.floorSingleP90Ms, "");
    writeLine(out, "processor when idle, %", more.idleCpuPercent, none, none, "0.0");
    writeLine(out, "8 sessions of 10 ms commands, of the possible", more.parallelShare, none, none, ">= 0.95");
    writeLine(out, "heartbeat gap p99, all spinning, intervals", more.heartbeatGapP99, none, none, "< 1.5");
}

}  // namespace aip::bench
