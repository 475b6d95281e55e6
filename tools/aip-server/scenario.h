#pragma once

#include "base/error.h"
#include "json.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aip::server {

/// One action of a COMMAND as its author wrote it; omitted members are sent as null, except the call_id.
struct Command {
    std::string toolName;
    std::string parameters = "null";  ///< raw JSON: an object, or null
    std::optional<std::string> toolType;
    std::string callId;  ///< empty: a new one each time it is sent
};

/// The array `raw` of {tool_name, tool_type?, parameters?, call_id?}; an unknown member is an error that names it.
base::Result<std::vector<Command>> readCommands(const std::string& raw);

/// The same commands, each with a call_id.
std::vector<Command> withCallIds(std::vector<Command> commands);

/// As they stand in the `actions` of a COMMAND.
std::string encode(const std::vector<Command>& commands);

/// One failure Result for each command, in the reference's shape: what a session gets instead of an answer.
std::string failureResults(const std::vector<Command>& commands, std::string_view error);

struct Step {
    std::vector<Command> commands;
    std::chrono::milliseconds timeout;
};

/// What a task plays: its steps one after another, then its end. The format is described in README.md.
struct Scenario {
    std::string agentName = "LinuxAgent";
    std::string rootName;
    std::vector<Step> steps;
    std::string endStatus = "completed";  ///< or "failed"
    std::optional<std::string> endError;
};

/// Asks for the tools, then completes.
Scenario defaultScenario();

base::Result<Scenario> readScenario(const std::string& json);
base::Result<Scenario> loadScenario(const std::string& file);

/// Seconds as they stand in JSON and on the command line.
std::chrono::milliseconds milliseconds(double seconds);

}  // namespace aip::server
