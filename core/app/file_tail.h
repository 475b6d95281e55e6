#pragma once

#include "base/error.h"

#include <cstddef>
#include <filesystem>
#include <string>

namespace aip::app {

/// The last whole lines of a plain file, at most `limit` bytes. Blocks on the file.
base::Result<std::string> lastLines(const std::filesystem::path& file, std::size_t limit);

}  // namespace aip::app
