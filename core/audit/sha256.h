#pragma once

#include <string>
#include <string_view>

namespace aip::audit {

/// The SHA-256 of a text in lower-case hex. Throws std::bad_alloc.
std::string sha256Of(std::string_view text);

}  // namespace aip::audit
