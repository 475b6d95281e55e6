#pragma once

#include "random.h"

#include <optional>
#include <string>
#include <string_view>

namespace aip::tool {

/// A text that matches an ECMA-262 regular expression: characters, classes, groups, alternatives, quantifiers and the
/// anchors at both ends. Nothing for what is beyond that (assertions, references, ...).
std::optional<std::string> samplePattern(std::string_view pattern, Random& random);

}  // namespace aip::tool
