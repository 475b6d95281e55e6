#pragma once

#include "base/json_text.h"
#include "base/log.h"

#include <string>
#include <string_view>

namespace aip::server {

/// What others wrote, as one value of a line of the log: quoted, escaped, valid UTF-8, at most about 200 bytes.
inline std::string inQuotes(std::string_view text) {
    return base::jsonString(base::excerpt(base::repairUtf8(text.substr(0, 4096)), 200));
}

}  // namespace aip::server
