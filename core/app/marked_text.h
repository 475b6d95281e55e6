#pragma once

#include "base/error.h"
#include "base/file.h"

#include <filesystem>
#include <string>

namespace aip::app {

/// base::readFile() of a file that others than us read, too: INVALID if an editor has put a byte order mark at its
/// start, which is part of a secret for whoever reads it, and hides the first block of a PEM file. The error shows
/// nothing of it.
base::Result<std::string> readUnmarked(const std::filesystem::path& file, const base::FileRule& rule);

}  // namespace aip::app
