#pragma once

#include "admission/signature.h"
#include "base/error.h"

#include <filesystem>

namespace aip::tool {

/// DENIED, and not read, unless it is a secret as base::checkSecret() has it.
base::Result<admission::PrivateKey> readPrivateKey(const std::filesystem::path& file);

}  // namespace aip::tool
