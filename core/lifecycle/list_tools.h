#pragma once

#include "base/error.h"
#include "execution/offer.h"

#include <string>
#include <string_view>

namespace aip::lifecycle {

/// The tool that the agent itself answers, with either tool_type.
inline constexpr std::string_view listTools = "list_tools";

/// The tools of an offer as a JSON array. Optional parameters: tool_type and namespace are filters; remove_meta is a
/// boolean without effect, because it concerns a Python object of the reference that is never sent.
base::Result<std::string> answerListTools(const execution::Offer& offer, std::string_view parameters);

}  // namespace aip::lifecycle
