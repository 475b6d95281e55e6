#pragma once

#include "app/redaction.h"
#include "app/settings.h"
#include "base/error.h"

namespace aip::app {

/// Sends what the rooms log to standard error and to a rotating file, through spdlog. Fails if the file cannot be
/// opened. What the redaction hides reaches neither.
base::Result<void> startLogging(const LogSettings& settings, Redaction redaction);

/// Writes out what is buffered and closes the file.
void stopLogging();

}  // namespace aip::app
