#include "scenario.h"

#include "base/file.h"
#include "base/json_text.h"
#include "base/uuid.h"
#include "messages.h"

namespace aip::server {
namespace {

using base::Code;
using base::Error;
using base::Result;

constexpr double defaultStepSeconds = 60;
constexpr std::size_t largestScenario = 4UL << 20U;

Result<Command> readCommand(const JsonValue& value) {
    auto object = parseObject(value.raw);
    if (!object) {
        return std::move(object).error();
    }
    JsonReader reader(*object);
    Command command;
    command.toolName = reader.string("tool_name").value_or("");
    command.parameters = reader.raw("parameters", JsonKind::object);
    command.toolType = reader.string("tool_type");
    command.callId = reader.string("call_id").value_or("");
    reader.rejectOthers();
    if (reader.error()) {
        return *reader.error();
    }
    return command;
}

Result<Step> readStep(const JsonValue& value) {
    auto object = parseObject(value.raw);
    if (!object) {
        return std::move(object).error();
    }
    JsonReader reader(*object);
    const std::string raw = reader.raw("commands", JsonKind::array);
    const double timeout = reader.seconds("timeout", defaultStepSeconds);
    reader.rejectOthers();
    if (reader.error()) {
        return *reader.error();
    }
    auto commands = readCommands(raw);
    if (!commands) {
        return std::move(commands).error().within("commands");
    }
    return Step{std::move(*commands), milliseconds(timeout)};
}

/// Every element of the array `raw` through `readOne`; an error says which element.
template <typename T, typename ReadOne>
Result<std::vector<T>> readEach(const std::string& raw, ReadOne readOne) {
    auto items = parseArray(raw);
    if (!items) {
        return std::move(items).error();
    }
    std::vector<T> result;
    for (const JsonValue& item : *items) {
        auto one = readOne(item);
        if (!one) {
            return std::move(one).error().within("[" + std::to_string(result.size()) + "]");
        }
        result.push_back(std::move(*one));
    }
    return result;
}

Result<void> readEnd(const std::string& raw, Scenario& scenario) {
    if (raw == "null") {
        return {};
    }
    auto object = parseObject(raw);
    if (!object) {
        return std::move(object).error();
    }
    JsonReader reader(*object);
    scenario.endStatus = reader.string("status").value_or("completed");
    scenario.endError = reader.string("error");
    reader.rejectOthers();
    if (reader.error()) {
        return *reader.error();
    }
    if (scenario.endStatus != "completed" && scenario.endStatus != "failed") {
        return Error(Code::invalid, "status: 'completed' or 'failed' is expected");
    }
    return {};
}

}  // namespace

Result<std::vector<Command>> readCommands(const std::string& raw) {
    if (raw == "null") {
        return Error(Code::invalid, "is required");
    }
    return readEach<Command>(raw, readCommand);
}

std::vector<Command> withCallIds(std::vector<Command> commands) {
    for (Command& command : commands) {
        if (command.callId.empty()) {
            command.callId = base::uuid4();
        }
    }
    return commands;
}

std::string encode(const std::vector<Command>& commands) {
    std::string out = "[";
    for (const Command& command : commands) {
        out += out.size() > 1 ? ",{\"tool_name\":" : "{\"tool_name\":";
        base::appendJsonString(out, command.toolName);
        out.append(",\"parameters\":").append(command.parameters);
        out.append(",\"tool_type\":").append(jsonOrNull(command.toolType)).append(",\"call_id\":");
        base::appendJsonString(out, command.callId);
        out += '}';
    }
    return out += ']';
}

std::string failureResults(const std::vector<Command>& commands, std::string_view error) {
    std::string out = "[";
    for (const Command& command : commands) {
        out += out.size() > 1 ? ",{\"status\":\"failure\",\"error\":" : "{\"status\":\"failure\",\"error\":";
        base::appendJsonString(out, error);
        out += R"(,"result":null,"namespace":null,"call_id":)";
        base::appendJsonString(out, command.callId);
        out += '}';
    }
    return out += ']';
}

Scenario defaultScenario() {
    Scenario scenario;
    scenario.steps.push_back({{{"list_tools", "{}", "action", {}}}, milliseconds(defaultStepSeconds)});
    return scenario;
}

Result<Scenario> readScenario(const std::string& json) {
    auto object = parseObject(json);
    if (!object) {
        return std::move(object).error();
    }
    JsonReader reader(*object);
    Scenario scenario;
    scenario.agentName = reader.string("agent_name").value_or(scenario.agentName);
    scenario.rootName = reader.string("root_name").value_or("");
    const std::string rawSteps = reader.raw("steps", JsonKind::array);
    const std::string rawEnd = reader.raw("end", JsonKind::object);
    reader.rejectOthers();
    if (reader.error()) {
        return *reader.error();
    }
    auto steps = readEach<Step>(rawSteps == "null" ? "[]" : rawSteps, readStep);
    if (!steps) {
        return std::move(steps).error().within("steps");
    }
    scenario.steps = std::move(*steps);
    if (auto end = readEnd(rawEnd, scenario); !end) {
        return std::move(end).error().within("end");
    }
    return scenario;
}

Result<Scenario> loadScenario(const std::string& file) {
    const auto json = base::readFile(file, {largestScenario});
    if (!json) {
        return Error(json.error()).within("scenario");
    }
    auto scenario = readScenario(*json);
    if (!scenario) {
        return std::move(scenario).error().within("scenario '" + file + "'");
    }
    return scenario;
}

std::chrono::milliseconds milliseconds(double seconds) {
    return std::chrono::milliseconds(static_cast<std::chrono::milliseconds::rep>(seconds * 1000));
}

}  // namespace aip::server
