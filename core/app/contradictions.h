#pragma once

#include "app/settings.h"

namespace aip::app {

/// Finds settings that are fine alone and make no sense together. `reloading`: among what a reload replaces.
void findContradictions(const Settings& settings, bool reloading, Findings& findings);

}  // namespace aip::app
