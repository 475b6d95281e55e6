#pragma once

#include <string_view>

namespace aip::base {

/// Why the first number of the JSON text `json` that is not readable is not, if it is valid JSON: it is too large.
/// Empty if it is malformed, or if there is none.
std::string_view numberNotSupported(std::string_view json);

}  // namespace aip::base
