#pragma once

#include "mcp_yaml.h"

#include <string>
#include <vector>

namespace aip::importer {

/// The agent's configuration for these profiles, as INI: a section [mcp.NAME] for each server and a [profile.NAME] for
/// each profile. What has no counterpart is a comment that names its line in the file and says why.
std::string configurationText(const std::vector<Profile>& profiles);

}  // namespace aip::importer
