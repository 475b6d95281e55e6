#pragma once

#include "base/error.h"

#include <filesystem>
#include <optional>
#include <string>

namespace aip::tool {

/// The text of plugin.json for `library`: what the library says of itself (or what stands in the file `from`, and then
/// no code is run), with "library" and "sha256" added.
base::Result<std::string> makeManifest(const std::filesystem::path& library,
                                       const std::optional<std::filesystem::path>& from);

}  // namespace aip::tool
