#pragma once

#include "link/link_messages.h"

namespace aip::runner {

/// Limits this process for good to what the agent grants it, and makes it the first to be killed when the system runs
/// out of memory. Writes no core dump, unless debuggers may attach. `countsAlone`: the system counts the processes of
/// this plugin apart from others of its user, and so can limit their number.
void limitThisProcess(const link::Start& start, bool countsAlone);

}  // namespace aip::runner
