#pragma once

#include "paths.h"

#include <string_view>

namespace aip::shell {

/// Where a value is judged: paths are seen from `directory`.
struct Place {
    const Paths& paths;
    int directory;
};

/// Throws Refused if `value` is not of the kind that a rule names ("file", "number", ...).
void checkKind(std::string_view kind, std::string_view value, const Place& place);

}  // namespace aip::shell
