#pragma once

#include "app/settings.h"
#include "base/log.h"

#include <spdlog/formatter.h>

#include <memory>
#include <string>
#include <string_view>

/// How the lines of the log look. What the log is told becomes a payload, and a sink's formatter makes a line of it.
namespace aip::app {

/// Where a sink writes to.
enum class LogTarget { stream, file };

/// `text` is one line. Of the fields, only json shows what is known.
std::string logPayload(LogFormat format, std::string_view text, base::log::Fields fields);

std::unique_ptr<spdlog::formatter> logFormatter(LogFormat format, LogTarget target);

}  // namespace aip::app
