#pragma once

#include "app/settings_reader.h"

#include <string>
#include <vector>

namespace aip::app {

/// Every setting that counts, a line each: "KEY = VALUE  [ORIGIN]"; first those of the table in its order, then those
/// of named sections, sorted. The origin is "default", "agent.ini:7", "command line", or a variable of the environment.
/// References are resolved, but for those to the environment. "***" stands for secrets: server.token, what a plugin's
/// manifest marks as writeOnly, what is named like a secret, and users and passwords in addresses. `settings`: as read
/// from `request`; null, if they are wrong: then all of a plugin's own values count as secrets.
std::string listConfiguration(const SettingsRequest& request, const Settings* settings);

/// What "***" stands for in it, in pieces: for those who would hide it elsewhere. References to the environment are
/// resolved.
std::vector<std::string> hiddenTexts(const SettingsRequest& request, const Settings* settings);

}  // namespace aip::app
