#pragma once

#include "base/error.h"
#include "hosting/server_spec.h"
#include "http/target.h"

namespace aip::runner {

/// How a server with a url is reached. The error names the setting.
base::Result<http::Target> targetOf(const hosting::ServerSpec& server);

}  // namespace aip::runner
