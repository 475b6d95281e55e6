#pragma once

#include "app/configuration_file.h"

#include <map>
#include <string>

namespace aip::app {

/// By key.
using EffectiveValues = std::map<std::string, WrittenValue>;

/// Of each key the last value. A key that does not exist is an error wherever it is written; a value that a later one
/// replaces is a note.
EffectiveValues effectiveValues(const Configuration& configuration, Findings& findings);

}  // namespace aip::app
