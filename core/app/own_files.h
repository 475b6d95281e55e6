#pragma once

#include "app/settings.h"

#include <string>

namespace aip::app {

/// The files that no plugin may hand out (AIP_HOST_OWN_FILES), as a JSON array of absolute paths: configuration, token,
/// keys, certificates, credentials and logs.
std::string ownFiles(const Settings& settings);

}  // namespace aip::app
