#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace aip::base {

/// On one line.
std::string base64(std::string_view bytes);

/// The bytes of base64 on one line, with its padding; nothing if it is not valid.
std::optional<std::string> fromBase64(std::string_view text);

}  // namespace aip::base
