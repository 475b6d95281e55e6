#pragma once

#include "base/error.h"
#include "plugins/signature.h"

#include <filesystem>

namespace aip::tool {

/// DENIED, and not read, if others than its owner (we or root) have any right on the file.
base::Result<plugins::PrivateKey> readPrivateKey(const std::filesystem::path& file);

}  // namespace aip::tool
