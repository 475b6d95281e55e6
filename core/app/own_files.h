#pragma once

#include "app/settings.h"

#include <string>
#include <vector>

namespace aip::app {

/// The files and folders that no plugin may hand out, as absolute paths: configuration, token, keys, certificates,
/// credentials and logs, as the settings name them, and their backups; with a * at its end: all paths that begin like
/// it.
std::vector<std::string> namedFiles(const Settings& settings);

/// These, settings.ownFiles, and what plugins keep (state_directory.h), as the JSON array of AIP_HOST_OWN_FILES.
std::string ownFiles(const Settings& settings);

}  // namespace aip::app
