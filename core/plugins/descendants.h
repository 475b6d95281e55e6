#pragma once

#include <cstddef>

namespace aip::plugins {

/// Kills everything that descends from the process `ancestor`, but not that itself. It must not be reaped meanwhile,
/// and should be a subreaper, so that nobody escapes by losing a parent. What is started while this happens is found
/// too, for half a second at most; not what /proc does not show. Returns how many were killed. Any thread.
std::size_t killDescendants(int ancestor);

}  // namespace aip::plugins
