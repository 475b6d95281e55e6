#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace aip::tool {

/// Lower-case hex.
std::string sha256(std::span<const std::byte> data);

}  // namespace aip::tool
