#pragma once

#include "execution/dispatcher.h"
#include "protocol/messages.h"

#include <cstddef>
#include <string_view>

namespace aip::lifecycle {

/// Has one record made of the last `count` actions that name a tool, if there are any: they are not carried out. It
/// names the first of their tools only: there may be many. `why`: empty if an action before them has failed.
void recordSkipped(execution::Dispatcher& dispatcher, const protocol::ServerMessage& command, std::size_t count,
                   std::string_view why = {}) noexcept;

/// Of all actions of a COMMAND that is refused.
void recordRefused(execution::Dispatcher& dispatcher, const protocol::ServerMessage& command,
                   std::string_view why) noexcept;

}  // namespace aip::lifecycle
