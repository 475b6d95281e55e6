#pragma once

#include "audit/trail.h"
#include "base/error.h"
#include "execution/dispatcher.h"
#include "protocol/messages.h"

#include <cstddef>
#include <memory>
#include <string_view>

/// The records of actions that no tool is asked for: with them each result of a COMMAND has an account. One record of
/// an event stands for many actions, and names the first of their tools only. Any thread; nothing blocks.
namespace aip::lifecycle {

/// "skipped": the last `count` actions that name a tool; one before them has failed. None if there are none.
void recordSkipped(audit::Trail& trail, const protocol::ServerMessage& command, std::size_t count) noexcept;

/// "no_action": `count` actions that name no tool. None if there are none.
void recordUnnamed(audit::Trail& trail, const protocol::ServerMessage& command, std::size_t count) noexcept;

/// "refused": a COMMAND that is not executed, and has so many results.
void recordRefused(audit::Trail& trail, const protocol::ServerMessage& command, std::size_t results,
                   std::string_view why) noexcept;

/// A list_tools begins: its first record; the second one is made by who gets this. Like audit::Trail::begin().
base::Result<std::shared_ptr<audit::OpenCall>> beginListing(execution::Dispatcher& dispatcher,
                                                            const protocol::ServerMessagePtr& command,
                                                            const protocol::Action& action);

}  // namespace aip::lifecycle
