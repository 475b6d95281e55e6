#include "execution/action_results.h"

#include <utility>

namespace aip::execution {

using protocol::Action;
using protocol::ActionResult;
using protocol::ResultStatus;

ActionResult noActionTaken(const Action& action) {
    return {ResultStatus::success, "", "\"No action taken.\"", std::nullopt, protocol::owned(action.callId)};
}

ActionResult skipped(const Action& action) {
    return {ResultStatus::skipped, "Skipped due to previous failure (early_exit=True).", "null", std::nullopt,
            protocol::owned(action.callId)};
}

ActionResult failed(const Action& action, std::string error, std::optional<std::string> nameSpace) {
    return {ResultStatus::failure, std::move(error), "null", std::move(nameSpace), protocol::owned(action.callId)};
}

ActionResult succeeded(const Action& action, std::string json, std::optional<std::string> nameSpace) {
    return {ResultStatus::success, std::nullopt, std::move(json), std::move(nameSpace), protocol::owned(action.callId)};
}

std::vector<ActionResult> refusedResults(const protocol::ServerMessage& command, std::string_view why) {
    std::vector<ActionResult> results;
    results.reserve(command.actions.size());
    bool refused = false;
    for (const Action& action : command.actions) {
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

}  // namespace aip::execution
