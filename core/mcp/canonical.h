#pragma once

#include <simdjson.h>

#include <string>

namespace aip::mcp {

/// The same text for the same JSON: the members of objects by their keys, nothing between the values. For the sources
/// of this room.
std::string canonical(simdjson::dom::element value);

}  // namespace aip::mcp
