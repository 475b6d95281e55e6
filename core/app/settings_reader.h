#pragma once

#include "app/settings.h"
#include "base/error.h"

#include <string>
#include <vector>

namespace aip::app {

/// Reads `file` (.ini or .xml), then `overrides` ("key=value" of the command line, which win). An empty file name means
/// defaults only. The first mistake is the result: it names the file, the key and, for an unknown one, the nearest.
/// The files with token, keys and certificates are read; a token from the environment is removed from there: call this
/// before any thread starts.
base::Result<Settings> readSettings(const std::string& file, const std::vector<std::string>& overrides);

/// The same once more, for a process that has started: files with secrets are not read, nor a token.
base::Result<Settings> rereadSettings(const std::string& file, const std::vector<std::string>& overrides);

}  // namespace aip::app
