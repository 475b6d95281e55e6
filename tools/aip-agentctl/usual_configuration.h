#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace aip::agentctl {

/// Where the configuration of an agent is that is started as config/README.md says: that of the user, who is not root,
/// before that of the system. `configHome`, `home`: the variables XDG_CONFIG_HOME and HOME; a path that is not absolute
/// does not count. Pure.
std::vector<std::string> configurationPlaces(bool isRoot, std::string_view configHome, std::string_view home);

/// The same for this process.
std::vector<std::string> usualConfigurations();

}  // namespace aip::agentctl
