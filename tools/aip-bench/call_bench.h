#pragma once

#include "plugin_bench.h"

#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

namespace aip::bench {

/// What a call of one kind of plugin costs, beside what the system takes for the least that it needs.
struct CallRow {
    std::string kind;
    double callUs = 0;
    std::string floor;  ///< what the floor is; empty: there is none
    double floorUs = 0;
    std::string goal;  ///< for people
    bool met = false;
};

/// Calls of all kinds of plugins, each by a slot as in the agent, one after the other, in turns with its floor:
/// medians. The plugins in C give back 1 KiB, the programs nothing or a number; the MCP server, too, or an image of
/// 10 MiB; and how long it takes until its tools are listed. Throws std::runtime_error.
std::vector<CallRow> measureCalls(const PluginOptions& options, std::ostream& progress);

/// One JSON object on one line: {"in process": {"us": .., "floor": null}, ..}.
std::string toJson(const std::vector<CallRow>& rows);

/// For people; Markdown takes it, too.
void writeTable(const std::vector<CallRow>& rows, std::ostream& out);

}  // namespace aip::bench
