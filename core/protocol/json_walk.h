#pragma once

#include <simdjson.h>

#include <cstddef>
#include <string_view>

namespace aip::protocol {

/// "a string", "an object", ...: the type of a value, for error texts.
std::string_view kind(simdjson::ondemand::value& value);

/// The kind of a document that is valid JSON; else empty. Of a long text only the beginning counts.
std::string_view wholeValue(simdjson::ondemand::document& document, std::string_view text);

/// Walks over a value, which stands at `depth`, by its structure alone, and takes the values that it meets off `left`.
/// DEPTH_ERROR beyond maxNesting, CAPACITY if there are more than `left`, other codes where it is not JSON. Scalars are
/// not checked.
simdjson::error_code walk(simdjson::ondemand::value value, int depth, std::size_t& left);

}  // namespace aip::protocol
