#pragma once

#include "mcp/outgoing.h"

#include <string_view>

namespace aip::mcp {

/// Which request a line answers that is not valid JSON (a lone surrogate, NaN, bytes that are not UTF-8, too deep), as
/// far as its outermost members can be told apart; 0: none. Pure.
RequestId answeredBy(std::string_view line);

}  // namespace aip::mcp
