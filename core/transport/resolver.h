#pragma once

#include "base/error.h"

#include <string>
#include <vector>

namespace aip::transport {

/// All addresses of a host, numeric, at least one. Asks the system afresh each time and blocks while it does.
base::Result<std::vector<std::string>> resolve(const std::string& host);

}  // namespace aip::transport
