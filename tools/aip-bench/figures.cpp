#include "figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace aip::bench {
namespace {

constexpr std::array<std::string_view, clientCount> names{"in_process", "process", "per_call", "floor", "honest_floor"};
constexpr std::array<std::string_view, clientCount> titles{"in process", "process", "per call", "floor", "honest"};

struct Row {
    const char* key;
    const char* meaning;
    Client over;  ///< the floor that the agents are compared with
    const char* target;
};

constexpr std::array<Row, keyCount> rows{{
    {"single_p50_ms", "one command, p50, ms", Client::floor, "<= 2 x; process: + a round trip + 5 us"},
    {"single_p99_ms", "one command, p99, ms", Client::floor, "<= 2.4 x"},
    {"paced_p50_ms", "one command after a pause, p50, ms", Client::floor, "<= 1.5 x; process: 2 x"},
    {"paced_p99_ms", "one command after a pause, p99, ms", Client::floor, ""},
    {"batch_commands_per_s", "batches of 50, commands per s", Client::honestFloor,
     ">= 0.3 x; process: 1.4 round trips"},
    {"cpu_us_per_command", "processor time per single command, us", Client::honestFloor, "<= 3 x; process: 4 x"},
    {"echo_1_mib_s", "echo of 1 MiB, MiB/s", Client::floor, ">= 0.3 x; process: 0.2 x"},
    {"echo_10_mib_s", "echo of 10 MiB, MiB/s", Client::floor, ">= 0.4 x; process: 0.25 x"},
    {"echo_50_mib_s", "echo of 50 MiB, MiB/s", Client::floor, ">= 0.5 x; process: 0.3 x"},
    {"blob_50_mib_s", "50 MiB made by the plugin, MiB/s", Client::floor, ""},
    {"start_to_registered_ms", "start to registered, ms", Client::floor, "<= 30"},
    {"idle_rss_mib", "idle, all processes: resident, MiB", Client::floor, ""},
    {"idle_pss_mib", "idle: shared pages once, MiB", Client::floor, ""},
    {"idle_private_mib", "idle: private, MiB", Client::floor, "<= 3"},
    {"peak_rss_mib", "peak resident of the first process, MiB", Client::floor, ""},
    {"peak_payloads", "echo of 50 MiB: all processes over idle, payloads", Client::floor, "<= 2.2; process: 5"},
    {"idle_wakeups_per_min", "idle wake-ups per minute beyond heartbeats", Client::floor, "<= 6"},
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

double ratio(const Report& report, Client client, std::size_t row) {
    const double floor = report[rows[row].over][Key{row}];
    return floor == 0 ? std::nan("") : report[client][Key{row}] / floor;
}

/// `value` of a row.
template <typename Value>
std::string object(const Value& value) {
    std::string out;
    for (std::size_t i = 0; i < keyCount; ++i) {
        out += fmt::format(R"({}"{}":{})", i == 0 ? "{" : ",", rows[i].key, number(value(i)));
    }
    return out + "}";
}

std::string ratiosToJson(const Report& report) {
    std::string out;
    for (std::size_t i = 0; i < agentCount; ++i) {
        out += fmt::format(R"({}"{}":{})", i == 0 ? "{" : ",", names[i],
                           object([&](std::size_t row) { return ratio(report, Client{i}, row); }));
    }
    return out + "}";
}

std::string toJson(const More& more) {
    return fmt::format(
        R"({{"single_p90_ms":{},"floor_single_p90_ms":{},"idle_cpu_percent":{},"parallel_8_sessions":{},)"
        R"("heartbeat_gap_p99_intervals":{},"round_trip_us":{}}})",
        number(more.singleP90Ms), number(more.floorSingleP90Ms), number(more.idleCpuPercent),
        number(more.parallelShare), number(more.heartbeatGapP99), number(more.roundTripUs));
}

/// Of each agent over its floor: "2.7 / 5.1 / 500".
std::string ratiosShown(const Report& report, std::size_t row) {
    std::string out;
    for (std::size_t i = 0; i < agentCount; ++i) {
        const double value = ratio(report, Client{i}, row);
        out += (i == 0 ? "" : " / ") + (std::isfinite(value) ? fmt::format("{:.2g}", value) : "-");
    }
    return out;
}

void writeMore(const char* meaning, double value, const char* target, std::ostream& out) {
    out << fmt::format("{:<50}{:>11}{:>66}{}\n", meaning, shown(value), "", target);
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
            if (!std::isnan(round[Key{i}])) {
                values.push_back(round[Key{i}]);
            }
        }
        out[Key{i}] = values.empty() ? std::nan("") : quantile(std::move(values), 0.5);
    }
    return out;
}

std::string toJson(const Report& report) {
    std::string out = "{";
    for (std::size_t i = 0; i < clientCount; ++i) {
        out +=
            fmt::format(R"("{}":{},)", names[i], object([&](std::size_t row) { return report.clients[i][Key{row}]; }));
    }
    return out + R"("ratio":)" + ratiosToJson(report) + R"(,"more":)" + toJson(report.more) + "}";
}

void writeTable(const Report& report, std::ostream& out) {
    out << fmt::format("{:<50}", "");
    for (const auto title : titles) {
        out << fmt::format("{:>11}", title);
    }
    out << fmt::format("{:>22}  target\n", "agents / floor");
    for (std::size_t i = 0; i < keyCount; ++i) {
        out << fmt::format("{:<50}", rows[i].meaning);
        for (const Figures& figures : report.clients) {
            out << fmt::format("{:>11}", shown(figures[Key{i}]));
        }
        out << fmt::format("{:>22}  {}\n", ratiosShown(report, i), rows[i].target);
    }
    const More& more = report.more;
    writeMore("one command, p90, ms", more.singleP90Ms, "", out);
    writeMore("the same of the floor, ms", more.floorSingleP90Ms, "", out);
    writeMore("bare round trip between two processes, us", more.roundTripUs, "", out);
    writeMore("processor when idle, %", more.idleCpuPercent, "0.0", out);
    writeMore("8 sessions of 10 ms commands, of the possible", more.parallelShare, ">= 0.95", out);
    writeMore("heartbeat gap p99, all spinning, intervals", more.heartbeatGapP99, "< 1.5", out);
}

}  // namespace aip::bench
