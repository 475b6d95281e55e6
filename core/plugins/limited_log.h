#pragma once

#include "base/line_limit.h"
#include "hosting/host.h"

namespace aip::plugins {

/// What a plugin may write to the log.
inline constexpr base::LineRates pluginLines{
    .lines = 200, .linesPerSecond = 50, .bytes = 256 << 10, .bytesPerSecond = 32 << 10};

/// Passes to `sink` the lines that pluginLines admits, and tells of those that it drops. Any thread.
hosting::LogSink limitedLog(hosting::LogSink sink);

}  // namespace aip::plugins
