#pragma once

#include "execution/invocation.h"
#include "protocol/messages.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Action results in the wording of the protocol. Pure.
namespace aip::lifecycle {

/// For an action without a tool name.
protocol::ActionResult noActionTaken(const protocol::Action& action);
/// For an action after a failed one.
protocol::ActionResult skipped(const protocol::Action& action);
protocol::ActionResult failed(const protocol::Action& action, std::string error,
                              std::optional<std::string> nameSpace = std::nullopt);
/// `json` is the result as JSON text.
protocol::ActionResult succeeded(const protocol::Action& action, std::string json,
                                 std::optional<std::string> nameSpace);

/// Of an action that was passed on.
protocol::ActionResult resultOf(const protocol::Action& action, execution::InvocationResult result);

/// The results of a COMMAND that is not executed: the first action fails with `why`, the rest is skipped.
std::vector<protocol::ActionResult> refusedResults(const protocol::ServerMessage& command, std::string_view why);

/// The answer to a COMMAND beyond a limit: one failure, whatever the number of its actions.
std::vector<protocol::ActionResult> beyondLimit(std::string_view limit);

}  // namespace aip::lifecycle
