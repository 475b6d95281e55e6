#pragma once

#include <simdjson.h>

#include <string_view>

namespace aip::protocol {

/// "a string", "an object", ...: the type of a value, for error texts.
std::string_view kind(simdjson::ondemand::value& value);

/// Walks over a value, which stands at `depth`, by its structure alone. DEPTH_ERROR beyond maxNesting, other codes
/// where it is not JSON. Scalars are not checked.
simdjson::error_code walk(simdjson::ondemand::value value, int depth);

}  // namespace aip::protocol
