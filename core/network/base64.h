#pragma once

#include <string>
#include <string_view>

namespace aip::network {

/// On one line.
std::string base64(std::string_view bytes);

}  // namespace aip::network
