#include "app/logging.h"

#include "base/log.h"
#include "base/printable.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aip::app {
namespace {

spdlog::level::level_enum spdlogLevel(base::log::Level level) {
    using base::log::Level;
    switch (level) {
        case Level::trace:
            return spdlog::level::trace;
        case Level::debug:
            return spdlog::level::debug;
        case Level::info:
            return spdlog::level::info;
        case Level::warn:
            return spdlog::level::warn;
        case Level::error:
            return spdlog::level::err;
    }
    return spdlog::level::err;
}

base::log::Level levelNamed(const std::string& name) {
    static constexpr std::array names{"trace", "debug", "info", "warn"};
    const auto found = std::find(names.begin(), names.end(), name);
    return static_cast<base::log::Level>(found - names.begin());
}

constexpr std::size_t longestLine = 16U << 10U;
/// More than a line, so that a secret at its end is found whole.
constexpr std::size_t searched = 4 * longestLine;

/// One event is one line of bounded length, whatever a stranger has put into its text.
std::string shown(const Redaction& redaction, std::string_view line) {
    return base::printable(redaction(std::string(line.substr(0, searched))), longestLine);
}

}  // namespace

base::Result<void> startLogging(const LogSettings& settings, Redaction redaction) {
    std::vector<spdlog::sink_ptr> sinks;
    try {
        if (settings.console) {
            sinks.push_back(std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
        }
        if (!settings.file.empty()) {
            sinks.push_back(std::make_shared<spdlog::sinks::rotating_file_sink_mt>(settings.file, settings.maxFileSize,
                                                                                   settings.maxFiles));
        }
    } catch (const spdlog::spdlog_ex& failure) {
        return base::Error(base::Code::unavailable, std::string("log.file: ") + failure.what());
    }
    auto logger = std::make_shared<spdlog::logger>("aip-agent", sinks.begin(), sinks.end());
    logger->set_level(spdlog::level::trace);
    logger->flush_on(spdlog::level::info);
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %^%-5l%$ %v");
    base::log::setSink(levelNamed(settings.level),
                       [logger, redaction = std::move(redaction)](base::log::Level level, std::string_view line) {
                           logger->log(spdlogLevel(level), shown(redaction, line));
                       });
    return {};
}

void stopLogging() {
    base::log::setSink(base::log::Level::error, {});
}

}  // namespace aip::app
