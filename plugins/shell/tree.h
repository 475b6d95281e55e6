#pragma once

#include "denied.h"
#include "mounts.h"

#include <string>
#include <vector>

namespace aip::shell {

/// The names, as patterns of fnmatch, that lead to `files` below the directory `top` beside those on the list of denied
/// paths: their paths without links, hard links, what is mounted there, and every proc file system.
/// Throws Refused if the tree is too large to look for hard links.
std::vector<std::string> otherNamesBelow(const std::string& top, const std::vector<DeniedFile>& files,
                                         const Mounts& mounts);

}  // namespace aip::shell
