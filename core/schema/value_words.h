#pragma once

#include "schema/value.h"

#include <cstdint>
#include <string>

namespace aip::schema {

/// To be shown: a scalar as JSON, cut after 80 bytes; "..." for an array or object.
std::string shown(const Value& value);

/// "string or null", for bits of `type`.
std::string typeNames(std::uint8_t types);

/// "integer" for 3 and 3.0.
std::string typeName(const Value& value);

}  // namespace aip::schema
