#pragma once

#include "plugin_floor.h"

#include <filesystem>
#include <ostream>
#include <string>

namespace aip::bench {

struct PluginOptions {
    std::filesystem::path plugins;  ///< the folder in which the folder of the plugin `give` stands
    std::filesystem::path runner;   ///< the program aip-plugin-runner
    unsigned calls = 5000;          ///< of 1 KiB; a fifth of them of 1 MiB, a hundredth of 50 MiB
    unsigned freshCalls = 200;      ///< with a process for each, of each size up to 1 MiB; a tenth of them of 50 MiB
};

/// What one call costs whose result has a certain size.
struct CallCost {
    double p50Us1Kib = 0;
    double p50Us1Mib = 0;
    double mibS50 = 0;  ///< size by time, 50 MiB
};

struct PluginReport {
    CallCost function;  ///< the plugin's function called through its table, the result copied; no slot
    CallCost inProcess;
    CallCost process;
    CallCost perCall;
    PluginFloor floor;
};

/// Each call begins where the one before ends, as the actions of a batch do. The process is ready before the first
/// call that counts, except that of a call with a process of its own. Reports each step on `progress`. Throws
/// std::runtime_error.
PluginReport measurePlugin(const PluginOptions& options, std::ostream& progress);

/// One JSON object on one line: {"in_process": {...}, "process": {...}, "per_call": {...}, "function": {...},
/// "floor": {...}}.
std::string toJson(const PluginReport& report);

/// For people, with the targets beside it.
void writeTable(const PluginReport& report, std::ostream& out);

}  // namespace aip::bench
