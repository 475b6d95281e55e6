#pragma once

#include "protocol/messages.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The results of actions, as the protocol words them. Pure.
namespace aip::execution {

/// For an action without a tool name.
protocol::ActionResult noActionTaken(const protocol::Action& action);
/// For an action that stands after a failed one.
protocol::ActionResult skipped(const protocol::Action& action);
protocol::ActionResult failed(const protocol::Action& action, std::string error,
                              std::optional<std::string> nameSpace = std::nullopt);
/// `json` is the result as JSON text.
protocol::ActionResult succeeded(const protocol::Action& action, std::string json,
                                 std::optional<std::string> nameSpace);

/// One result per action of a COMMAND of which nothing is executed: the first action fails with `why`, the rest is
/// skipped.
std::vector<protocol::ActionResult> refusedResults(const protocol::ServerMessage& command, std::string_view why);

/// Turns the largest results into failures until all of them fit into a message of `maxSize` bytes. The server drops
/// the connection on a message over its limit, and then waits for the answer until its time-out.
void fitIntoMessage(std::vector<protocol::ActionResult>& results, std::size_t maxSize);

}  // namespace aip::execution
