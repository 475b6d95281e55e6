#pragma once

#include "base/error.h"

#include <string>
#include <vector>

namespace aip::transport {

/// All addresses of a host, numeric, at least one. Asks the system afresh each time and blocks while it does.
base::Result<std::vector<std::string>> resolve(const std::string& host);

/// Is `host` a numeric address, so that there is nothing to resolve?
bool isNumeric(const std::string& host);

/// Does this numeric address lead back to this machine and nowhere else?
bool isLoopback(const std::string& address);

}  // namespace aip::transport
