#pragma once

#include <simdjson.h>

#include <iosfwd>
#include <string_view>

namespace aip::tool {

/// Prints JSON for people: one member or item a line, short ones on one line. Ends with a line break. Text that is not
/// JSON is printed unchanged.
void printJson(std::string_view json, std::ostream& out);
void printJson(simdjson::dom::element json, std::ostream& out, int indent);

}  // namespace aip::tool
