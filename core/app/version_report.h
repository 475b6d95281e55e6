#pragma once

#include <string>

namespace aip::app {

/// What --version prints; the first line is "aip-agent 1.0.0". Starts aip-plugin-runner to see what the system grants.
std::string versionReport();

}  // namespace aip::app
