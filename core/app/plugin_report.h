#pragma once

#include "app/settings.h"

#include <ostream>

namespace aip::app {

/// Starts every enabled plugin once, stops it, and writes a line for each with its id, version, state and tools, and
/// the reason if it is refused. Returns how many are refused or failed.
int reportPlugins(const Settings& settings, std::ostream& out);

}  // namespace aip::app
