#pragma once

#include "app/settings.h"

namespace aip::app {

/// Finds what is set and has no effect because of what is not. `reloading`: of what a reload replaces.
void findIdleSettings(const Settings& settings, bool reloading, Findings& findings);

}  // namespace aip::app
