#pragma once

#include "admission/signature.h"
#include "base/error.h"

#include <filesystem>

namespace aip::tool {

/// DENIED, and not read, if others than its owner (we or root) have any right on the file.
base::Result<admission::PrivateKey> readPrivateKey(const std::filesystem::path& file);

}  // namespace aip::tool
