#pragma once

#include "base/error.h"

#include <filesystem>
#include <optional>
#include <string>

namespace aip::tool {

/// The text of plugin.json for `library`: what the library says of itself, or what stands in the file `from`, with what
/// is missing there and everybody knows (id, version and ABI from the library's entry, platform, extensions), and with
/// "library" and "sha256". With a file that has all of this no code is run.
base::Result<std::string> makeManifest(const std::filesystem::path& library,
                                       const std::optional<std::filesystem::path>& from);

}  // namespace aip::tool
