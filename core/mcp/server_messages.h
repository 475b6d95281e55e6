#pragma once

#include "mcp/outgoing.h"

#include <simdjson.h>

#include <cstdint>
#include <string_view>

/// What single messages of a server say, and what answers them. For the sources of this room.
namespace aip::mcp {

/// Of the parameters of notifications/progress.
std::uint32_t permilleOf(simdjson::dom::element parameters);

/// To a request of the server, which gets nothing but answers to ping. An id may be a number or a string; it goes back
/// as it came.
Outgoing answerTo(simdjson::dom::element id, std::string_view method);

/// Whether the results of a tool are wrapped, as FastMCP does it.
bool wraps(simdjson::dom::element tool);

// Of what server/discover answers.

bool tellsOfChanges(simdjson::dom::element discovered);
bool supportsModern(simdjson::dom::element discovered);

}  // namespace aip::mcp
