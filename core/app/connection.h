#pragma once

#include "app/settings.h"
#include "base/error.h"

namespace aip::app {

/// Completes settings.session.endpoint: certificates and key, the proxy's credentials, each from its file, and the
/// proxy of the environment if none is set. The error names the key and the file; it holds no secret.
base::Result<void> resolveConnection(Settings& settings);

}  // namespace aip::app
