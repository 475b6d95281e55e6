#include "lifecycle/action_results.h"

#include <utility>

namespace aip::lifecycle {

using protocol::ActionResult;
using protocol::ResultStatus;

namespace {

/// The failure's code has no field of its own in the protocol.
std::string inWords(const protocol::Action& action, const execution::InvocationResult& result) {
    using By = execution::InvocationResult::By;
    const auto& [code, json, error] = result.outcome;
    switch (result.by) {
        case By::agent:
        case By::router:
            break;
        case By::policy:
            return "Refused by this device's policy: " + error;
        case By::schema:
            return "Input validation error: " + error;
        case By::tool:
            return "Error calling tool '" + std::string(action.toolName) + "': " + error + " (" + base::codeName(code) +
                   ")";
    }
    return error;
}

}  // namespace

ActionResult noActionTaken(const protocol::Action& action) {
    return {ResultStatus::success, "", "\"No action taken.\"", std::nullopt, protocol::owned(action.callId)};
}

ActionResult skipped(const protocol::Action& action) {
    return {ResultStatus::skipped, "Skipped due to previous failure (early_exit=True).", "null", std::nullopt,
            protocol::owned(action.callId)};
}

ActionResult failed(const protocol::Action& action, std::string error, std::optional<std::string> nameSpace) {
    return {ResultStatus::failure, std::move(error), "null", std::move(nameSpace), protocol::owned(action.callId)};
}

ActionResult succeeded(const protocol::Action& action, std::string json, std::optional<std::string> nameSpace) {
    return {ResultStatus::success, std::nullopt, std::move(json), std::move(nameSpace), protocol::owned(action.callId)};
}

ActionResult resultOf(const protocol::Action& action, execution::InvocationResult result) {
    if (result.outcome.ok()) {
        return succeeded(action, std::move(result.outcome.json), std::move(result.nameSpace));
    }
    return failed(action, inWords(action, result), std::move(result.nameSpace));
}

std::vector<ActionResult> refusedResults(const protocol::ServerMessage& command, std::string_view why) {
    std::vector<ActionResult> results;
    results.reserve(command.actions.size());
    bool refused = false;
    for (const protocol::Action& action : command.actions) {
        if (action.toolName.empty()) {
            results.push_back(noActionTaken(action));
        } else {
            results.push_back(std::exchange(refused, true) ? skipped(action) : failed(action, std::string(why)));
        }
    }
    return results;
}

std::vector<ActionResult> beyondLimit(std::string_view limit) {
    return {failed({}, "Beyond a limit of this device: " + std::string(limit))};
}

}  // namespace aip::lifecycle
