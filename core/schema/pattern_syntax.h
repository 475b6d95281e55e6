#pragma once

#include "base/error.h"

#include <string>
#include <string_view>

namespace aip::schema {

/// A regular expression of ECMA-262 (with the flag u, as JSON Schema wants it) in the syntax of RE2: found in the same
/// texts. Escapes that only older scripts know, such as "\-", are read as those do. UNSUPPORTED for what no search in
/// linear time can do (look-around, back-references) and for properties that RE2 does not know, INVALID for what is not
/// a regular expression.
base::Result<std::string> toRe2Syntax(std::string_view ecma);

}  // namespace aip::schema
