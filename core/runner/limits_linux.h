#pragma once

#include "link/link_messages.h"

namespace aip::runner {

/// Takes from this process what the agent does not grant it, for good; and offers it to the system as the first to be
/// killed when memory runs out. A core dump is never written.
void limitThisProcess(const link::Start& start);

}  // namespace aip::runner
