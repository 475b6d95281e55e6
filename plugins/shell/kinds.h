#pragma once

#include "paths.h"

#include <string_view>

namespace aip::shell {

/// Throws Refused if `value` is not of the kind that a rule names ("file", "number", ...).
void checkKind(std::string_view kind, std::string_view value, const Paths& paths);

}  // namespace aip::shell
