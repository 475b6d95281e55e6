#include "execution/action_results.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace aip::execution {

using protocol::Action;
using protocol::ActionResult;
using protocol::ResultStatus;

namespace {

/// Upper limit: every byte of a text may need an escape.
std::size_t encodedSize(const ActionResult& result) {
    return result.result.size() + 6 * result.error.value_or("").size() + 6 * result.callId.value_or("").size() + 256;
}

void replaceByFailure(ActionResult& result, std::size_t maxSize) {
    result.error = "The result has " + std::to_string(result.result.size()) +
                   " bytes; the message that would carry it may have at most " + std::to_string(maxSize);
    result.status = ResultStatus::failure;
    result.result = "null";
}

}  // namespace

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

void fitIntoMessage(std::vector<ActionResult>& results, std::size_t maxSize) {
    constexpr std::size_t envelope = 4096;
    std::size_t total =
        std::accumulate(results.begin(), results.end(), envelope,
                        [](std::size_t sum, const ActionResult& result) { return sum + encodedSize(result); });
    for (std::size_t cut = 0; cut < results.size() && total > maxSize; ++cut) {
        auto& largest = *std::ranges::max_element(results, {}, encodedSize);
        total -= encodedSize(largest);
        replaceByFailure(largest, maxSize);
        total += encodedSize(largest);
    }
}

}  // namespace aip::execution
