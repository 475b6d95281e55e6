#pragma once

#include "link/measures.h"

#include <chrono>
#include <filesystem>

namespace aip::plugins {

/// What this machine grants the process of a plugin with default settings: starts `runner` without a plugin and asks
/// it. None if it does not answer within `limit`. Blocks.
link::Measures probeConfinement(const std::filesystem::path& runner, std::chrono::milliseconds limit);

}  // namespace aip::plugins
