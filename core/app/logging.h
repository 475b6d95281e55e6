#pragma once

#include "app/redaction.h"
#include "app/settings.h"
#include "base/error.h"

#include <string_view>

namespace aip::app {

/// Sends what the rooms log to standard error and to a rotating file, through spdlog. Fails if the file cannot be
/// opened. What the redaction hides reaches neither.
base::Result<void> startLogging(const LogSettings& settings, Redaction redaction);

/// Lines below this level are left out from now on: "trace", "debug", "info", "warn", "error" or "off". INVALID.
base::Result<void> setLogLevel(std::string_view level);

/// Opens the log file by its name again: somebody has moved it away. If that fails, the file that is open stays in use,
/// and the log says so. On the thread that has started the log.
void reopenLog();

/// Writes out what is buffered and closes the file.
void stopLogging();

}  // namespace aip::app
