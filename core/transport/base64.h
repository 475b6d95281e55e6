#pragma once

#include <string>
#include <string_view>

namespace aip::transport {

/// On one line.
std::string base64(std::string_view bytes);

}  // namespace aip::transport
