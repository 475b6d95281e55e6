#pragma once

#include "mcp/outgoing.h"

#include <string>
#include <string_view>

namespace aip::mcp {

/// Which request a line answers that is not valid JSON (a lone surrogate, NaN, bytes that are not UTF-8, too deep), as
/// far as its outermost members can be told apart; 0: none. Pure.
RequestId answeredBy(std::string_view line);

/// Member of a tool that stands for one that is not valid JSON: why it is not.
inline constexpr const char* unreadableMember = "aip/unreadable";

/// A list of tools, an answer that is not valid JSON, in which each tool that is not has only its name, as far as that
/// can be told, and `unreadableMember`. What is wrong elsewhere stays. Pure.
std::string withoutUnreadableTools(std::string_view answer);

}  // namespace aip::mcp
