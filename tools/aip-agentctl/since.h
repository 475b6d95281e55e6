#pragma once

#include "base/clock.h"
#include "base/error.h"

#include <string>

namespace aip::agentctl {

/// The time that an operator means: "10m", "2h", "1.5d" before `now`, or "2026-11-23", "2026-11-23T14:25",
/// "2026-11-23 14:25:26" in UTC, also with a Z or +00:00 after it. INVALID.
base::Result<base::Clock::WallTime> timeOf(const std::string& text, base::Clock::WallTime now);

}  // namespace aip::agentctl
