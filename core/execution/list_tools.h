#pragma once

#include "base/error.h"
#include "execution/router.h"

#include <string>
#include <string_view>

namespace aip::execution {

/// The tool that the agent itself answers, as either tool_type.
inline constexpr std::string_view listTools = "list_tools";

/// The tools of a profile as a JSON array. Parameters, all optional: tool_type and namespace as filters, and
/// remove_meta (a boolean; the reference means a Python object by it, which is never on the wire, so it changes nothing
/// here).
base::Result<std::string> answerListTools(const Router& router, const Profile& profile, std::string_view parameters);

}  // namespace aip::execution
